// When devices of a group are brought up or taken down: a pure function of the executor, computed ahead, the same in every world.
// One file per executor; make_schedule in list.cpp is the one list.
//
//   auto schedule = make_schedule(group.executor, group.count);
//   for (std::uint64_t n = 0; auto change = schedule->nth(n); ++n) ...   // times never decrease
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>

#include "devicecore/base/time.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {

struct FleetChange {
  Duration at{0};            // since the group's start
  std::uint32_t device = 0;  // position in the group, 0..count-1
  bool up = true;            // false: power off
};

/// Rates and durations with decimals miss whole counts by a few units in the last place: what is that near is meant to be one.
inline double tolerance_at(double count) { return 1e-9 * std::max(1.0, count); }

class ArrivalSchedule {
 public:
  virtual ~ArrivalSchedule() = default;
  virtual std::optional<FleetChange> nth(std::uint64_t n) const = 0;
  /// When it is over: the last change is due by then, and a level that stages hold to their end is held.
  virtual Duration duration() const = 0;
  /// True: an arrival that comes late is counted as late (open model). False: as fast as connects_in_flight lets it.
  virtual bool open_model() const = 0;
};

std::unique_ptr<ArrivalSchedule> make_schedule(const Executor& executor, std::uint32_t count);

}  // namespace fleetsim::sim
