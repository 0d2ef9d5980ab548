#include "sim/virtual/virtual_shard.hpp"

#include <algorithm>
#include <utility>

#include "sim/virtual/virtual_world.hpp"
#include "sim/world/thing_reports.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t devices_ahead = 3;

/// TLS that is modelled, or that nobody can speak.
class NoTls final : public TlsSessions {
 public:
  std::unique_ptr<TlsEngine> connect(const TlsWish&) override { return nullptr; }
};

}  // namespace

VirtualShard::VirtualShard(const Options& options, const RunRuntime& runtime, VirtualWorld& world)
    : index_(options.index),
      runtime_(runtime),
      world_(world),
      no_tls_(std::make_unique<NoTls>()),
      shell_(runtime, options, world.tls() == nullptr ? *no_tls_ : world.tls()->sessions_of(options.index), counters_),
      proxy_(world.between(options.index)),
      secured_(world.tls() == nullptr ? nullptr : std::make_unique<TlsLinks>(owner_of_secured())),
      faulty_(runtime.faults == nullptr ? nullptr
                                        : std::make_unique<FaultyLinks>(*runtime.faults, runtime.scenario->seed, owner_of_faulty())),
      links_(world.wire(), owner_of_links()),
      inbox_(world.window()),
      devices_in_(runtime.scenario->groups.size()) {
  if (faulty_) faulty_->attach(links_);
  Links& carrier = faulty_ ? static_cast<Links&>(*faulty_) : links_;
  if (secured_) {
    secured_->attach(carrier);
    secured_->tap(&links_);
  }
  Links& below = secured_ ? static_cast<Links&>(*secured_) : carrier;
  if (proxy_ != nullptr) proxy_->attach(below, shell_);
  shell_.attach(proxy_ != nullptr ? static_cast<Links&>(*proxy_) : below);
  if (faulty_) faulty_->tap(world.device_tap(options.index));
  links_.tap(world.device_tap(options.index));
  shell_.tap(world.device_tap(options.index));
}

VirtualShard::~VirtualShard() = default;

void VirtualShard::expect_devices(std::size_t count) {
  shell_.expect(count);
  links_.expect(count);
}

void VirtualShard::add_device(const DeviceSpec& spec) {
  const std::uint32_t slot = shell_.add(spec);
  if (faulty_) faulty_->add_device(spec.number);
  world_.placed(spec, slot);
  links_.add_device(spec.number, spec.address);
  devices_in_[spec.group].push_back(slot);
  if (world_.foreign() == nullptr) return;
  if (auto foreign = (*world_.foreign())(spec, runtime_)) shell_.take_over(slot, std::move(foreign));
}

void VirtualShard::add_sub_device(const DeviceSpec& gateway, const DeviceSpec& sub_device) {
  shell_.add_sub_device(world_.slot_of(gateway), sub_device);
}

void VirtualShard::start() {
  if (secured_) secured_->resize(shell_.size());
  if (faulty_) faulty_->resize(shell_.size());
  shell_.begin();
}

void VirtualShard::stop() { shell_.observer().flush_events(); }

template <class Work>
void VirtualShard::order(Work work) {
  set_now(world_.now());
  work();
  finish_turn();
  take_own();
}

void VirtualShard::run_schedule(std::uint16_t group, std::shared_ptr<const ArrivalSchedule> schedule, Instant start) {
  if (index_ == 0) world_.schedules().start(group, std::move(schedule), start);  // once for all shards
}

void VirtualShard::publish(std::uint16_t group, const PublishStep& step) {
  counters_.commands_pending.fetch_add(std::uint64_t{step.count} * devices_in_[group].size(), std::memory_order_relaxed);
  order([&] {
    shell_.traffic().set_command(group, step);
    for (const std::uint32_t slot : devices_in_[group]) shell_.order_publishes(slot, step.count);
  });
}

void VirtualShard::start_load(std::uint16_t group, const PublishLoad& load) {
  order([&] {
    shell_.traffic().start_load(group, load, world_.now());
    for (const std::uint32_t slot : devices_in_[group]) shell_.join_load(slot);
  });
}

void VirtualShard::stop_load(std::uint16_t group) {
  order([&] { shell_.traffic().stop_load(group); });
}

void VirtualShard::report_things(std::uint16_t group, const ReportStep& step) {
  counters_.commands_pending.fetch_add(std::uint64_t{things_in(step)} * devices_in_[group].size(), std::memory_order_relaxed);
  order([&] {
    shell_.reports().set(group, step, runtime_.unix_ms(world_.now()));
    for (const std::uint32_t slot : devices_in_[group]) {
      shell_.order_report(slot);
      shell_.settle();
    }
  });
}

void VirtualShard::power_off(std::uint16_t group, bool cut) {
  if (index_ == 0) world_.schedules().cancel(group);
  order([&] {
    for (const std::uint32_t slot : devices_in_[group]) {
      if (cut) {
        shell_.power_cut(slot);
      } else {
        shell_.power_off(slot);
      }
      shell_.settle();
    }
  });
}

void VirtualShard::command(const DeviceSpec& device, const DeviceOrder& what) {
  order([&] { shell_.command(world_.slot_of(device), what); });
}

DevicePicture VirtualShard::picture(const DeviceSpec& device) { return shell_.picture(world_.slot_of(device)); }

/// The platform knows them all: one shard speaks for all.
std::uint64_t VirtualShard::half_open() { return index_ == 0 ? world_.platform().half_open() : 0; }

ShardReport VirtualShard::report() {
  shell_.set_now(world_.now());
  shell_.judge_waiting();
  ShardReport made = shell_.observer().report();
  shell_.add_failures(made);
  return made;
}

Instant VirtualShard::next_event() {
  Instant at = std::min({shell_.deadline(), arrival_at(), go_on_at_, links_due()});
  if (next_change_ < changes_.size()) at = std::min(at, changes_[next_change_].at);
  if (const std::int64_t window = inbox_.first(); window != Inbox::nothing && window != open_window_)
    at = std::min(at, Instant{Duration{window * world_.window().count()}});
  return at;
}

void VirtualShard::open_window(std::int64_t window) {
  if (open_window_ == window) return;
  if (open_window_ != Inbox::nothing) inbox_.shut(open_window_);
  open_window_ = window;
  arrivals_ = inbox_.open(window);
  next_arrival_ = 0;
}

void VirtualShard::run(std::int64_t window, Instant until) {
  open_window(window);
  for (;;) {
    const Instant message = arrival_at();
    const Instant change = next_change_ < changes_.size() ? changes_[next_change_].at : kNever;
    const Instant timer = shell_.deadline();
    const Instant link = links_due();
    const Instant now = std::max(now_, std::min({message, change, timer, link, go_on_at_}));
    if (now >= until) break;
    set_now(now);
    if (message <= now) {
      deliver_next();
    } else if (change <= now) {
      carry_out(changes_[next_change_++]);
    } else if (timer <= now) {
      shell_.wake_due();
    } else if (link <= now) {
      wake_links();
    } else {
      shell_.next_turn();
    }
    finish_turn();
  }
  if (next_change_ == changes_.size()) {
    changes_.clear();
    next_change_ = 0;
  }
  take_own();
}

void VirtualShard::deliver_next() {
  const Arrival& arrival = arrivals_[next_arrival_++];
  // Devices lie far apart: the memory of those to come is asked for while this one has its turn.
  if (next_arrival_ + devices_ahead < arrivals_.size()) {
    const std::uint32_t ahead = world_.slot_of(arrivals_[next_arrival_ + devices_ahead].device);
    shell_.prefetch(ahead);
    links_.prefetch(ahead);
  }
  const Message message = inbox_.message(arrival);
  const std::uint32_t slot = world_.slot_of(arrival.device);
  links_.deliver(slot, message, inbox_.bytes(arrival, message));
  shell_.touch(slot);
}

void VirtualShard::carry_out(const ScheduledChange& change) {
  if (change.up) {
    shell_.arrive(change.slot, change.at, change.open_model ? ArrivalModel::open : ArrivalModel::closed);
  } else {
    shell_.power_off(change.slot);
  }
}

void VirtualShard::finish_turn() {
  shell_.settle();
  for (int turns = 0; shell_.work_left() && turns < turns_at_once_max; ++turns) shell_.next_turn();
  go_on_at_ = shell_.work_left() ? now_ + go_on_after : kNever;
}

void VirtualShard::set_now(Instant now) {
  now_ = now;
  shell_.set_now(now);
  links_.set_now(now);
  if (faulty_) faulty_->set_now(now);
  if (proxy_ != nullptr) proxy_->set_now(now);
}

void VirtualShard::wake_links() {
  if (proxy_due() <= now_) {
    proxy_->wake();
    shell_.touch(0);  // a proxy is a single device's
    shell_.settle();
  }
  if (!faulty_) return;
  faulty_->wake_due([this](std::uint32_t slot) {
    shell_.touch(slot);
    shell_.settle();
  });
}

/// What was reckoned ahead of time holds for the faults that there were then.
void VirtualShard::look_at_faults() {
  if (!faulty_ || faults_known_ == runtime_.faults->generation()) return;
  faults_known_ = runtime_.faults->generation();
  set_now(world_.now());
  faulty_->faults_changed();
  shell_.faults_changed();
  finish_turn();
  take_own();
}

void VirtualShard::before_window() { look_at_faults(); }

/// What was sent to oneself. It lies in a later window, or so it is made to: nothing is felt sooner than a window.
void VirtualShard::take_own() { inbox_.take(links_.own()); }

}  // namespace fleetsim::sim
