// The faults of a run, as the worlds ask for them. One thread, the controller's, adds and takes away; any number of threads may ask
// meanwhile, without a lock: nothing that they look at ever goes away. The answers depend on the seed, the fault, the place and the time
// alone; a simulation changes faults between its windows only, so that all its threads see the same.
//
//   FaultSet faults(seed, places);
//   faults.add({.kind = "partition", .groups = {"meters"}, .from = 10s, .until = 20s}, Instant{});
//   if (faults.touches(place, now)) {
//     const SegmentFate fate = faults.segment({place, now}, {Direction::up, bytes}, *link_faults, random);
//   }
//   faults.remove("partition", now);
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "sim/faults/fate.hpp"
#include "sim/faults/fault.hpp"
#include "sim/faults/fault_places.hpp"
#include "sim/faults/fault_spec.hpp"
#include "sim/faults/link_faults.hpp"
#include "sim/faults/own_fault.hpp"
#include "sim/random.hpp"

namespace fleetsim::sim {

struct DevicePlace {
  std::uint64_t who = 0;  // as LinkPlace says
  std::uint16_t group = 0;
  std::uint16_t region = 0;  // where it was told to go, as LinkPlace's; 0: nowhere yet
};

/// How often a fault acted, removed ones too.
struct FaultCount {
  std::string name;
  std::string_view kind;
  std::uint64_t acted = 0;
  FaultTarget target{};
};

/// What the world is to do to the platform. A rule's firings are counted by the platform.
struct PlatformChange {
  enum class Kind : std::uint8_t { set_rule, remove_rule, crash, come_back } kind = Kind::set_rule;
  Instant at{};
  platform::misbehaviour::Rule rule = {};  // of set_rule; of the others its name alone
  std::string fault = {};                  // whose rule it is
};

class FaultSet {
 public:
  FaultSet(std::uint64_t seed, FaultPlaces places);

  // The controller's.

  /// Precondition: problems_of(spec, places) has none. Returns its name; the error says why it cannot be.
  Result<std::string, std::string> add(const FaultSpec& spec, Instant now);
  /// One that is none of the list. Precondition: problems_of_own(own.spec, places) has none, and it has a fault.
  Result<std::string, std::string> add(OwnFault own, Instant now);
  /// Ends it. Nothing when there is none of that name, or none any more; else how often it acted.
  std::optional<FaultCount> remove(std::string_view name, Instant now);
  /// Of those that were not removed.
  std::vector<std::string> names() const;
  /// One more whenever a fault was added or removed: what was asked ahead of time must be asked anew.
  std::uint32_t generation() const { return generation_.load(std::memory_order_acquire); }
  /// The next moment at which the platform has to be changed, and what has to be done until now, in order.
  Instant next_platform_change() const { return changes_.empty() ? kNever : changes_.front().at; }
  std::vector<PlatformChange> take_platform_changes(Instant now);
  /// In the order in which they were added.
  std::vector<FaultCount> counts() const;

  // Anybody's.

  /// Whether any fault touches that link now. Costs two comparisons when none is on.
  bool touches(const LinkPlace& place, Instant now) const {
    const std::int64_t at = now.time_since_epoch().count();
    return at >= links_from_.load(std::memory_order_relaxed) && at < links_until_.load(std::memory_order_relaxed) &&
           touches_one(place, now);
  }
  OpenFate open(const LinkPlace& place, Instant now, RandomStream& random) const;
  SegmentFate segment(const LinkPlace& place, Instant now, const Segment& segment, LinkFaults& state, RandomStream& random) const;
  /// When the link must be ended though nothing is sent: ask when it opens, and again when the generation is another.
  LinkEnding ending(const LinkPlace& place) const;
  /// That an ending was carried out: it is counted.
  void ended(const LinkEnding& ending) const;

  bool bends_clocks() const { return !clocks_.empty(); }
  /// What the device believes that the time is. It goes back only where a clock_jump sets it back.
  Instant clock(const DevicePlace& place, Instant now) const;
  /// When the device will believe that it is `deadline` or later; kNever when it never will.
  Instant clock_reaches(const DevicePlace& place, Instant deadline, Instant now) const;

  bool cuts_power() const { return !powers_.empty(); }
  /// Whether the power goes in a step with so many actions: then the first `done` of them were carried out.
  std::optional<PowerCut> cut_in_step(const DevicePlace& place, Instant now, std::size_t actions, RandomStream& random) const;
  /// Or in a write of so many bytes: then the first `done` of them have reached the flash.
  std::optional<PowerCut> cut_in_write(const DevicePlace& place, Instant now, std::size_t bytes, RandomStream& random) const;

 private:
  struct Entry {
    FaultWindow window() const { return {.from = from, .until = Instant{Duration{until.load(std::memory_order_acquire)}}}; }

    std::uint32_t number = 0;
    std::string name;
    const FaultKind* kind = nullptr;
    std::unique_ptr<Fault> fault;
    Instant from{};
    std::atomic<std::int64_t> until{0};  // microseconds; a fault that is removed ends
    FaultLeg leg = FaultLeg::both;
    FaultDirection direction = FaultDirection::both;
    std::vector<bool> groups;        // by position; empty: all
    std::vector<bool> regions;       // likewise
    std::vector<std::string> rules;  // of the platform, by their names: one, or one for each instance
    std::uint64_t toxicity = share_whole;
    FaultDraw draw = FaultDraw::link;
    std::uint64_t key = 0;  // of its draws
    bool is_removed = false;
    mutable std::atomic<std::uint64_t> acted{0};
  };

  /// Grows at its end, at most to faults_max: whoever walks along it meanwhile sees the beginning.
  class EntryList {
   public:
    void push_back(const Entry* entry) {
      const std::uint32_t size = size_.load(std::memory_order_relaxed);
      entries_[size] = entry;
      size_.store(size + 1, std::memory_order_release);
    }
    const Entry* const* begin() const { return entries_.data(); }
    const Entry* const* end() const { return entries_.data() + size(); }
    std::uint32_t size() const { return size_.load(std::memory_order_acquire); }
    bool empty() const { return size() == 0; }

   private:
    std::array<const Entry*, faults_max> entries_{};
    std::atomic<std::uint32_t> size_{0};
  };

  bool touches_one(const LinkPlace& place, Instant now) const;
  static bool chooses(const Entry& entry, const LinkPlace& place);
  static bool chooses(const Entry& entry, const DevicePlace& place);
  static std::uint64_t draw_of(const Entry& entry, std::uint64_t who);
  static void count(const Entry& entry) { entry.acted.fetch_add(1, std::memory_order_relaxed); }
  std::optional<PowerCut> cut(const DevicePlace& place, Instant now, PowerMoment what, std::size_t pieces, RandomStream& random) const;
  Result<std::string, std::string> add(const FaultSpec& spec, const FaultKind& kind, std::unique_ptr<Fault> fault, Instant now);
  enum class Counting : std::uint8_t { no, yes };
  Instant clock_at(const DevicePlace& place, Instant now, Counting counting) const;
  void place_entry(Entry& entry, const FaultSpec& spec) const;
  std::string free_name(const FaultSpec& spec) const;
  void plan_platform(Entry& entry, const FaultSpec& spec);
  void unplan_platform(const Entry& entry, Instant now);
  void plan(PlatformChange change);
  static FaultCount count_of(const Entry& entry);
  void publish(const Entry& entry);
  void measure_links();

  std::uint64_t seed_;
  FaultPlaces places_;
  std::vector<std::unique_ptr<Entry>> entries_;  // the controller's, as the next; in the order in which they were added
  std::vector<PlatformChange> changes_;          // by time, then by the order in which they were planned
  // By what they are about, in that order; those that are removed too.
  EntryList all_;
  EntryList links_;
  EntryList clocks_;
  EntryList powers_;
  std::atomic<std::int64_t> links_from_;  // the first begin and the last end of faults of links, in microseconds
  std::atomic<std::int64_t> links_until_;
  std::atomic<std::uint32_t> generation_{0};
};

}  // namespace fleetsim::sim
