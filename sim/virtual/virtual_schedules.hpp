// The executors' schedules in a simulation: walked once for the whole world, each change handed to the shard of its device before the
// window in which it is due.
//
//   schedules.start(group, schedule, start);
//   schedules.hand_out(until, [&](std::uint32_t device, const ScheduledChange& change) { ... });
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "devicecore/base/time.hpp"
#include "sim/executors/arrival_schedule.hpp"
#include "sim/world/fleet_identities.hpp"
#include "sim/world/shard.hpp"

namespace fleetsim::sim {

struct ScheduledChange {
  Instant at{};
  std::uint32_t slot = 0;  // in its shard
  bool up = true;
  bool open_model = false;
};

class VirtualSchedules {
 public:
  explicit VirtualSchedules(const Roster& roster);

  void start(std::uint16_t group, std::shared_ptr<const ArrivalSchedule> schedule, Instant start);
  void cancel(std::uint16_t group);
  Instant next() const;
  std::uint64_t running() const { return running_.size(); }
  /// Everything due before `until`, in the order of time and, at one moment, of the groups' starts.
  void hand_out(Instant until, const std::function<void(std::uint32_t device, ScheduledChange change)>& give);

 private:
  static constexpr std::uint32_t elsewhere = ~std::uint32_t{0};

  struct Running {
    std::uint16_t group = 0;
    std::shared_ptr<const ArrivalSchedule> schedule;
    Instant start{};
    std::uint64_t next = 0;
    Instant due = kNever;
    FleetChange change{};
  };
  static void look_ahead(Running& running);

  std::vector<std::vector<std::uint32_t>> devices_;  // positions in the roster, by group and position in it
  std::vector<Running> running_;
};

}  // namespace fleetsim::sim
