// What both sides of a run tell of themselves, handed over in whole batches while all is quiet: in world virtual after each window, so that
// who hears it hears the same in every run of a seed, whatever the number of threads, and may act on the run.
//
//   EventFeed feed;
//   feed.listen({.kinds = {"committed", "connection_lost"}, .hear = [&](const FeedBatch& batch) { ...; return false; }});
//   options.taps = &feed;
//
// Kinds that nobody listens to cost one look at a bit each.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/result.hpp"
#include "sim/events/event_stream.hpp"
#include "sim/world/roster_index.hpp"
#include "sim/world/run_taps.hpp"

namespace fleetsim::sim {

struct FeedEvent {
  static constexpr std::uint32_t no_device = ~std::uint32_t{0};

  Instant at{};
  EventSide side = EventSide::device;
  std::uint32_t device = no_device;  // position in the roster
  std::string_view kind{};           // as the event stream has it; lives for ever
  std::uint8_t number = 0;           // of the kind, on its side
  std::int64_t code = 0;
  std::string detail{};
  std::string instance{};  // of the platform's events
};

/// Shared by all who hear it, for as long as they like.
using FeedBatch = std::shared_ptr<const std::vector<FeedEvent>>;

class EventFeed final : public RunTaps {
 public:
  struct Listener {
    std::vector<std::string> kinds{};  // none: all
    /// In the order of (time, side, device, sequence); true: orders were given, or the run is to be looked at.
    std::function<bool(const FeedBatch& batch)> hear;
  };

  EventFeed();
  ~EventFeed() override;

  /// While all is quiet, or before the run. The error names the kind that there is not; else the listener's number.
  Result<std::uint32_t, std::string> listen(Listener listener);
  void leave(std::uint32_t listener);

  /// Once the run has begun, until it is over.
  const Roster* roster() const { return roster_; }

  /// All there are, the devices' first; a name that both sides have stands here once.
  static std::vector<std::string_view> kinds();

  // RunTaps
  void begin(const RunRuntime& runtime, const Roster& roster, std::size_t shards) override;
  SideTap* device_side(std::size_t shard) override;
  SideTap* platform_side() override;
  bool wants_wire() const override { return false; }
  bool on_quiet(Instant now) override;

 private:
  class Side;
  static constexpr std::size_t told_sides = 2;  // device, platform
  using KindSet = std::uint64_t;
  struct Entry {
    std::uint32_t number = 0;
    std::array<KindSet, told_sides> kinds{};
    std::function<bool(const FeedBatch&)> hear;
  };

  static Result<std::array<KindSet, told_sides>, std::string> kinds_named(const std::vector<std::string>& names);
  bool is_wanted(EventSide side, unsigned kind) const {
    return ((wanted_[static_cast<std::size_t>(side)].load(std::memory_order_relaxed) >> kind) & 1U) != 0;
  }
  void renew_wanted();
  std::uint32_t position_of(const platform::PlatformEvent& event);

  std::array<std::atomic<KindSet>, told_sides> wanted_{};
  std::vector<Entry> listeners_;
  std::vector<std::unique_ptr<Side>> sides_;  // the shards', then the platform's
  std::atomic<Side*> with_news_ = nullptr;    // the first of those; mostly a few of many
  std::unique_ptr<RosterIndex> index_;        // made when the platform first tells of a device that stands elsewhere in its own list
  const Roster* roster_ = nullptr;
  std::uint32_t next_number_ = 1;
  bool is_telling_ = false;
};

}  // namespace fleetsim::sim
