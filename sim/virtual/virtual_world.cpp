#include "sim/virtual/virtual_world.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "devicecore/base/ensure.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t devices_per_shard = 1024;
// What a shard has for itself (histograms, queues, blocks) is cold again when its turn comes: more shards than keep some processors busy
// cost a large fleet a fifth of its time.
constexpr std::uint32_t shards_max = 16;
constexpr std::size_t bytes_worth_a_thread = 16384;

}  // namespace

std::uint32_t VirtualWorld::shards_for(std::size_t devices) {
  const std::size_t wanted = (devices + devices_per_shard - 1) / devices_per_shard;
  return static_cast<std::uint32_t>(std::clamp<std::size_t>(wanted, 1, shards_max));
}

VirtualWorld::VirtualWorld(Settings settings, const Roster& roster, const platform::PlatformConfig& config, RunTaps* taps)
    : settings_(std::move(settings)),
      roster_(roster),
      listeners_(taps, settings_.shards),
      endpoints_(config),
      routes_(settings_.network, settings_.places, endpoints_, roster),
      window_(std::max(latency_least, settings_.network.least())),
      wire_{.routes = &routes_, .endpoints = &endpoints_, .seed = settings_.seed, .shards = settings_.shards},
      schedules_(roster),
      workers_(settings_.threads),
      taps_(taps),
      slots_(roster.devices.size()) {}

VirtualWorld::~VirtualWorld() = default;

std::unique_ptr<platform::PlatformHost> VirtualWorld::make_platform(platform::PlatformConfig config, const platform::Ports& ports,
                                                                    RunPlatform::EventSink on_event, platform::DurableState* store) {
  auto made = std::make_unique<VirtualPlatform>(std::move(config), ports, *this, std::move(on_event), store);
  platform_ = made.get();
  platform_->expect_devices(roster_.devices.size());
  return made;
}

std::unique_ptr<Shard> VirtualWorld::make_shard(const Shard::Options& options, const RunRuntime& runtime) {
  if (options.index == 0) {
    listeners_.begin(runtime, roster_);
    platform_->tap(listeners_.platform_side());
  }
  auto made = std::make_unique<VirtualShard>(options, runtime, *this);
  shards_.push_back(made.get());
  return made;
}

Instant VirtualWorld::next_event() const {
  Instant at = std::min(schedules_.next(), platform_->next_event());
  for (VirtualShard* const shard : shards_) at = std::min(at, shard->next_event());
  return at;
}

void VirtualWorld::pass_windows(Duration duration, std::size_t windows) {
  const Instant end = now_ + duration;
  for (VirtualShard* const shard : shards_) shard->before_window();
  exchange();  // what was ordered since the last window
  for (;;) {
    const Instant next = std::max(next_event(), now_);
    if (next >= end) break;
    // Nothing happens any more, but time goes by: whoever waits for a moment must see it come.
    if (settings_.stop != nullptr && settings_.stop->load(std::memory_order_relaxed)) break;
    const std::int64_t window = next.time_since_epoch().count() / window_.count();
    const Instant window_end{Duration{(window + 1) * window_.count()}};
    run_window(window, std::min(window_end, end));
    now_ = std::min(window_end, end);
    if (taps_ != nullptr && taps_->on_quiet(now_)) return;
    if (--windows == 0) return;
  }
  now_ = end;
}

void VirtualWorld::run_window(std::int64_t window, Instant until) {
  schedules_.hand_out(until, [&](std::uint32_t device, ScheduledChange change) {
    change.slot = slots_[device];
    shards_[wire_.shard_of(device)]->changes().push_back(change);
  });
  tasks_.clear();
  if (platform_->has_work(until)) tasks_.push_back(0);
  for (std::size_t i = 0; i < shards_.size(); ++i)
    if (shards_[i]->has_work(until)) tasks_.push_back(i + 1);
  const auto work = [&](std::size_t task) {
    const std::size_t who = tasks_[task];
    if (who == 0) {
      platform_->run(window, until);
    } else {
      shards_[who - 1]->run(window, until);
    }
  };
  workers_.run(tasks_.size(), std::cref(work));  // by reference: what it captures is too much for a std::function without an allocation
  exchange();
}

void VirtualWorld::exchange() {
  std::size_t bytes = 0;
  for (std::uint32_t i = 0; i < shards_.size(); ++i) bytes += shards_[i]->outbox().memory().size() + platform_->outbox(i).memory().size();
  const std::function<void(std::size_t)> one_way = [&](std::size_t way) {
    for (std::uint32_t i = 0; i < shards_.size(); ++i) {
      if (way == 0 && !shards_[i]->outbox().empty()) platform_->inbox().take(shards_[i]->outbox());
      if (way == 1 && !platform_->outbox(i).empty()) shards_[i]->inbox().take(platform_->outbox(i));
    }
  };
  if (bytes < bytes_worth_a_thread) {
    one_way(0);
    one_way(1);
  } else {
    workers_.run(2, one_way);
  }
}

}  // namespace fleetsim::sim
