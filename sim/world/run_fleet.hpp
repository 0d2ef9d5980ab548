// The fleet of a run: its shards as one thing. Spreads the devices over them, passes orders on, adds up what they count.
//
//   auto fleet = RunFleet::make(scenario, roster, 2, [&](const Shard::Options& options) { return make_live_shard(options, runtime); });
//   (*fleet)->start();
//   (*fleet)->totals().online;
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "devicecore/base/result.hpp"
#include "sim/fleet.hpp"
#include "sim/steps/step_host.hpp"
#include "sim/world/fleet_identities.hpp"
#include "sim/world/shard.hpp"

namespace fleetsim::sim {

struct FleetTotals {
  std::uint64_t online = 0;
  std::uint64_t connects = 0;
  std::uint64_t moves = 0;
  std::uint64_t publishes = 0;
  std::uint64_t publish_acks = 0;
  std::uint64_t commands_pending = 0;
  std::uint64_t commands_failed = 0;
  std::uint64_t powered_on = 0;
  std::uint64_t schedules_running = 0;
};

struct FleetReport {
  Metrics metrics;
  Histogram loop_lag;
  std::uint64_t arrivals = 0;
  std::uint64_t late_arrivals = 0;
  std::uint64_t paced_publishes = 0;
  std::uint64_t late_publishes = 0;
  std::uint64_t dropped_publishes = 0;
  std::string first_unpublished;
  std::uint64_t loads_refused = 0;
  std::string first_load_refused;
  std::uint64_t port_exhaustions = 0;
  std::uint64_t descriptor_exhaustions = 0;
  std::uint64_t memory_exhaustions = 0;  // the kernel had no room for a socket (ENOMEM, ENOBUFS)
  std::vector<DeviceFailure> failures;   // sorted by device; of each group the first failures_listed_max
  std::uint64_t failures_total = 0;
  std::map<std::string, std::uint64_t> failures_by_group;
};

class RunFleet {
 public:
  /// How a world makes one of its shards; the error says what the environment lacks.
  using ShardMaker = std::function<Result<std::unique_ptr<Shard>, std::string>(const Shard::Options&)>;

  /// The roster must outlive the fleet.
  static Result<std::unique_ptr<RunFleet>, RunError> make(const Scenario& scenario, const Roster& roster, std::size_t shards,
                                                          const ShardMaker& make_shard);

  void start();
  void stop();
  std::size_t loops() const { return shards_.size(); }

  FleetTotals totals() const;
  std::uint64_t online(GroupIndex group);
  std::uint64_t powered_on(GroupIndex group);
  /// MQTT links at most of devices without power that the platform still holds open.
  std::uint64_t half_open();
  std::uint64_t moved(GroupIndex group);   // moves
  std::uint64_t movers(GroupIndex group);  // devices
  FleetReport report();
  Weather weather();

  void run_schedule(GroupIndex group, const std::shared_ptr<const ArrivalSchedule>& schedule, Instant start);
  void publish(GroupIndex group, const PublishStep& step);
  void start_load(GroupIndex group, const PublishLoad& load);
  void stop_load(GroupIndex group);
  void power_off(GroupIndex group, const PowerOffStep& step);
  void report_things(GroupIndex group, const ReportStep& step);
  void command(const DeviceSpec& device, const DeviceOrder& order) { shard_of(device).command(device, order); }
  DevicePicture picture(const DeviceSpec& device) { return shard_of(device).picture(device); }
  WorkCount refused_reports();

 private:
  RunFleet() = default;
  Shard& shard_of(const DeviceSpec& device) { return *shards_[device.number % shards_.size()]; }
  std::vector<std::unique_ptr<Shard>> shards_;
  std::size_t groups_ = 0;
};

}  // namespace fleetsim::sim
