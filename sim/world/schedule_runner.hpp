// Brings the devices of one shard up and down as their groups' schedules say. Every shard walks the whole schedule and acts on the devices
// that live with it, so that shards need not talk.
//
//   runner.place(group, position, slot);                  // before the run
//   runner.start(group, schedule, start);
//   runner.advance(now);  loop.set_deadline(runner.deadline());
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "devicecore/base/time.hpp"
#include "sim/executors/arrival_schedule.hpp"
#include "sim/world/device_shell.hpp"

namespace fleetsim::sim {

class ScheduleRunner {
 public:
  static constexpr std::uint32_t changes_per_turn = 4096;

  ScheduleRunner(std::size_t groups, DeviceShell& shell, ShardCounters& counters) : shell_(shell), counters_(counters), slots_(groups) {}

  void place(std::uint16_t group, std::uint32_t position, std::uint32_t slot);
  /// Precondition: placed before.
  std::uint32_t slot_at(std::uint16_t group, std::uint32_t position) const { return slots_[group][position]; }
  const std::vector<std::uint32_t>& devices(std::uint16_t group) const { return devices_in_[group]; }
  /// `start` is the moment of the schedule's time 0. The shard counted it as running already.
  void start(std::uint16_t group, std::shared_ptr<const ArrivalSchedule> schedule, Instant start);
  /// The group's schedules end here and now.
  void cancel(std::uint16_t group);
  /// What is due; at most changes_per_turn of it, the rest stays due.
  void advance(Instant now);
  Instant deadline() const;

 private:
  struct Running {
    std::uint16_t group = 0;
    std::shared_ptr<const ArrivalSchedule> schedule;
    Instant start{};
    std::uint64_t next = 0;
    Instant due = kNever;
    FleetChange change{};
    bool done = false;
  };
  static constexpr std::uint32_t elsewhere = ~std::uint32_t{0};

  static void look_ahead(Running& running);
  void act(const Running& running);
  void drop_done();

  DeviceShell& shell_;
  ShardCounters& counters_;
  std::vector<std::vector<std::uint32_t>> slots_;                      // by group and position
  std::vector<std::vector<std::uint32_t>> devices_in_{slots_.size()};  // by group
  std::vector<Running> running_;
};

}  // namespace fleetsim::sim
