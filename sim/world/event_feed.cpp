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
  explicit Side(const EventFeed& feed) : feed_(feed) {}

  void on_device_event(std::uint32_t device, const device::Event& event, Instant now) override {
    const auto kind = static_cast<unsigned>(event.kind);
    if (!feed_.is_wanted(EventSide::device, kind)) return;
    put({.at = now,
         .side = EventSide::device,
         .device = device,
         .kind = event_name(event.kind),
         .code = event.code,
         .detail = device_event_detail(event),
         .instance = {}},
        kind);
  }

  void on_platform_event(const platform::PlatformEvent& event, Instant now) override {
    const auto kind = static_cast<unsigned>(event.kind);
    if (!feed_.is_wanted(EventSide::platform, kind)) return;
    std::uint32_t device = FeedEvent::no_device;
    if (!event.device_name.empty() && feed_.index_) {
      const auto found = feed_.index_->find(event.product_key, event.device_name);
      if (found) device = static_cast<std::uint32_t>(*found);
    }
    put({.at = now,
         .side = EventSide::platform,
         .device = device,
         .kind = platform::event_name(event.kind),
         .code = event.code,
         .detail = platform_event_detail(event),
         .instance = std::string(event.instance)},
        kind);
  }

  struct Told {
    FeedEvent event;
    unsigned kind = 0;
  };
  void take(std::vector<Told>& all) {
    const std::lock_guard lock(mutex_);
    std::move(told_.begin(), told_.end(), std::back_inserter(all));
    told_.clear();
  }

 private:
  void put(FeedEvent event, unsigned kind) {
    const std::lock_guard lock(mutex_);
    told_.push_back({std::move(event), kind});
  }

  const EventFeed& feed_;
  std::mutex mutex_;
  std::vector<Told> told_;
};

EventFeed::EventFeed() = default;
EventFeed::~EventFeed() = default;

std::vector<std::string_view> EventFeed::kinds() {
  std::vector<std::string_view> names;
  for (const KnownKind& one : known_kinds()) names.push_back(kind_name(one.side, one.kind));
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
  index_ = std::make_unique<RosterIndex>(roster);
  while (sides_.size() <= shards) sides_.push_back(std::make_unique<Side>(*this));
}

SideTap* EventFeed::device_side(std::size_t shard) { return sides_[shard].get(); }
SideTap* EventFeed::platform_side() { return sides_.back().get(); }

bool EventFeed::on_quiet(Instant) {
  if (is_telling_ || listeners_.empty()) return false;
  std::vector<Side::Told> all;
  for (const auto& side : sides_) side->take(all);
  if (all.empty()) return false;
  // Within a side and a device they are in their order already.
  std::stable_sort(all.begin(), all.end(), [](const Side::Told& a, const Side::Told& b) {
    return std::tie(a.event.at, a.event.side, a.event.device) < std::tie(b.event.at, b.event.side, b.event.device);
  });
  is_telling_ = true;
  bool wants_a_look = false;
  std::vector<FeedEvent> batch;
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    batch.clear();
    for (const Side::Told& one : all)
      if (((listeners_[i].kinds[side_number(one.event.side)] >> one.kind) & 1U) != 0) batch.push_back(one.event);
    const auto hear = listeners_[i].hear;  // it may add others
    if (!batch.empty()) wants_a_look = hear(batch) || wants_a_look;
  }
  is_telling_ = false;
  std::erase_if(listeners_, [](const Entry& entry) { return entry.kinds == std::array<KindSet, told_sides>{}; });
  return wants_a_look;
}

}  // namespace fleetsim::sim
