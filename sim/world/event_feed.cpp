#include "sim/world/event_feed.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "sim/config/suggest.hpp"
#include "sim/world/event_detail.hpp"
#include "sim/world/failure_text.hpp"

namespace fleetsim::sim {
namespace {

constexpr auto device_kinds = static_cast<unsigned>(device::EventKind::powered_off) + 1;
constexpr auto platform_kinds = static_cast<unsigned>(platform::PlatformEventKind::misbehaved) + 1;
static_assert(device_kinds <= 64 && platform_kinds <= 64, "a set of kinds is one word");

constexpr std::size_t side_number(EventSide side) { return static_cast<std::size_t>(side); }

std::string_view kind_name(EventSide side, unsigned kind) {
  return side == EventSide::device ? event_name(static_cast<device::EventKind>(kind))
                                   : platform::event_name(static_cast<platform::PlatformEventKind>(kind));
}

struct KnownKind {
  EventSide side = EventSide::device;
  unsigned kind = 0;
};

std::vector<KnownKind> known_kinds() {
  std::vector<KnownKind> all;
  for (unsigned kind = 0; kind < device_kinds; ++kind) all.push_back({EventSide::device, kind});
  for (unsigned kind = 0; kind < platform_kinds; ++kind) all.push_back({EventSide::platform, kind});
  return all;
}

}  // namespace

/// One thread fills it, the controller's empties it; on sockets at any time.
class EventFeed::Side final : public SideTap {
 public:
  explicit Side(EventFeed& feed) : feed_(feed) {}

  void on_device_event(std::uint32_t device, const device::Event& event, Instant now) override {
    const auto kind = static_cast<std::uint8_t>(event.kind);
    if (!feed_.is_wanted(EventSide::device, kind)) return;
    put({.at = now,
         .side = EventSide::device,
         .device = device,
         .kind = event_name(event.kind),
         .number = kind,
         .code = event.code,
         .detail = device_event_detail(event),
         .instance = {}});
  }

  void on_platform_event(const platform::PlatformEvent& event, Instant now) override {
    const auto kind = static_cast<std::uint8_t>(event.kind);
    if (!feed_.is_wanted(EventSide::platform, kind)) return;
    put({.at = now,
         .side = EventSide::platform,
         .device = event.device_name.empty() ? FeedEvent::no_device : feed_.position_of(event),
         .kind = platform::event_name(event.kind),
         .number = kind,
         .code = event.code,
         .detail = platform_event_detail(event),
         .instance = std::string(event.instance)});
  }

  /// The next one with news.
  Side* take(std::vector<FeedEvent>& all) {
    const std::lock_guard lock(mutex_);
    std::move(told_.begin(), told_.end(), std::back_inserter(all));
    told_.clear();
    return next_;
  }

 private:
  void put(FeedEvent event) {
    const std::lock_guard lock(mutex_);
    if (told_.empty()) {
      next_ = feed_.with_news_.load(std::memory_order_relaxed);
      while (!feed_.with_news_.compare_exchange_weak(next_, this, std::memory_order_acq_rel)) {
      }
    }
    told_.push_back(std::move(event));
  }

  EventFeed& feed_;
  Side* next_ = nullptr;  // among those with news
  std::mutex mutex_;
  std::vector<FeedEvent> told_;
};

EventFeed::EventFeed() = default;
EventFeed::~EventFeed() = default;

std::vector<std::string_view> EventFeed::kinds() {
  std::vector<std::string_view> names;
  for (const KnownKind& one : known_kinds())
    if (const std::string_view name = kind_name(one.side, one.kind); std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  return names;
}

Result<std::array<EventFeed::KindSet, EventFeed::told_sides>, std::string> EventFeed::kinds_named(const std::vector<std::string>& names) {
  std::array<KindSet, told_sides> sets{};
  const std::vector<KnownKind> all = known_kinds();
  for (const KnownKind& one : all)
    if (names.empty()) sets[side_number(one.side)] |= KindSet{1} << one.kind;
  for (const std::string& name : names) {
    bool is_known = false;
    for (const KnownKind& one : all) {
      if (kind_name(one.side, one.kind) != name) continue;
      is_known = true;  // and perhaps the other side has one of that name
      sets[side_number(one.side)] |= KindSet{1} << one.kind;
    }
    if (!is_known) return fail(no_such_word("kind of event", name, kinds()));
  }
  return sets;
}

Result<std::uint32_t, std::string> EventFeed::listen(Listener listener) {
  const auto sets = kinds_named(listener.kinds);
  if (!sets) return fail(sets.error());
  listeners_.push_back({.number = next_number_, .kinds = *sets, .hear = std::move(listener.hear)});
  renew_wanted();
  return next_number_++;
}

/// One that is being told something goes when all have been told.
void EventFeed::leave(std::uint32_t listener) {
  for (Entry& entry : listeners_)
    if (entry.number == listener) entry.kinds = {};
  if (!is_telling_) std::erase_if(listeners_, [&](const Entry& entry) { return entry.number == listener; });
  renew_wanted();
}

void EventFeed::renew_wanted() {
  for (std::size_t side = 0; side < told_sides; ++side) {
    KindSet wanted = 0;
    for (const Entry& entry : listeners_) wanted |= entry.kinds[side];
    wanted_[side].store(wanted, std::memory_order_relaxed);
  }
}

void EventFeed::begin(const RunRuntime&, const Roster& roster, std::size_t shards) {
  roster_ = &roster;
  while (sides_.size() <= shards) sides_.push_back(std::make_unique<Side>(*this));
}

SideTap* EventFeed::device_side(std::size_t shard) { return sides_[shard].get(); }
SideTap* EventFeed::platform_side() { return sides_.back().get(); }

/// On the platform's thread alone. It was told of the devices in the order of the roster: mostly they stand where they stand here.
std::uint32_t EventFeed::position_of(const platform::PlatformEvent& event) {
  if (event.device < roster_->devices.size() && roster_->is_named(event.device, event.product_key, event.device_name)) return event.device;
  if (!index_) index_ = std::make_unique<RosterIndex>(*roster_);
  const auto found = index_->find(event.product_key, event.device_name);
  return found ? static_cast<std::uint32_t>(*found) : FeedEvent::no_device;
}

bool EventFeed::on_quiet(Instant) {
  if (is_telling_ || listeners_.empty()) return false;
  Side* side = with_news_.exchange(nullptr, std::memory_order_acq_rel);
  if (side == nullptr) return false;
  auto all = std::make_shared<std::vector<FeedEvent>>();
  while (side != nullptr) side = side->take(*all);
  // Of one device there are news at one side alone, in their order already.
  std::stable_sort(all->begin(), all->end(), [](const FeedEvent& a, const FeedEvent& b) {
    return std::tie(a.at, a.side, a.device) < std::tie(b.at, b.side, b.device);
  });
  is_telling_ = true;
  bool wants_a_look = false;
  const std::size_t told = listeners_.size();  // whoever is added meanwhile hears what comes next
  for (std::size_t i = 0; i < told; ++i) {
    const auto hears = [kinds = listeners_[i].kinds](const FeedEvent& one) {
      return ((kinds[side_number(one.side)] >> one.number) & 1U) != 0;
    };
    FeedBatch batch = all;
    if (!std::all_of(all->begin(), all->end(), hears)) {
      auto some = std::make_shared<std::vector<FeedEvent>>();
      std::copy_if(all->begin(), all->end(), std::back_inserter(*some), hears);
      batch = std::move(some);
    }
    const auto hear = listeners_[i].hear;  // it may add others
    if (!batch->empty()) wants_a_look = hear(batch) || wants_a_look;
  }
  is_telling_ = false;
  std::erase_if(listeners_, [](const Entry& entry) { return entry.kinds == std::array<KindSet, told_sides>{}; });
  return wants_a_look;
}

}  // namespace fleetsim::sim
