// A shard: one thread, one event loop, and the devices that live on it, each with its sockets and TLS. The controller gives it orders
// and reads its counters; nothing else crosses the thread. Names no Asio type.
//
//   auto shard = Shard::make({.index = 0, ...}, runtime);
//   shard->add_device({...});            // before start()
//   shard->start();
//   shard->run_schedule(group, schedule, start);   // orders are queued to its thread
//   shard->counters().online.load();
//   shard->stop();  ShardReport report = shard->report();
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/device_config.hpp"
#include "devicecore/identity.hpp"
#include "sim/events/event_stream.hpp"
#include "sim/executors/arrival_schedule.hpp"
#include "sim/faults/fault_set.hpp"
#include "sim/metrics/histogram.hpp"
#include "sim/metrics/metrics.hpp"
#include "sim/report/run_result.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/weather/weather.hpp"

namespace fleetsim::sim {

/// What all shards share: set up by the controller before they start, immutable afterwards, outlives them.
struct RunRuntime {
  const Scenario* scenario = nullptr;
  std::vector<device::DeviceConfig> group_configs;                   // one per Scenario::groups; views into strings kept below
  std::vector<std::unique_ptr<std::string>> strings;                 // storage for those views
  TagNames tag_names;                                                // regions: "" first, then the platform's
  std::map<std::string, std::uint16_t, std::less<>> region_of_host;  // advertised host or host:port -> index into tag_names.regions
  std::map<std::string, IpAddress, std::less<>> hosts;               // name -> address; names not here must be addresses
  std::string ca_pem;                                                // trusted by every device
  std::chrono::steady_clock::time_point epoch;                       // Instant 0
  EventStream* events = nullptr;
  const FaultSet* faults = nullptr;  // null: nothing can go wrong
  std::int64_t unix_epoch_ms = 0;    // Unix time at Instant 0
  bool tls_is_modelled = false;      // world virtual: TLS costs time and bytes, and nobody computes it

  std::int64_t unix_ms(Instant now) const {
    return unix_epoch_ms + std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  }
};

struct DeviceSpec {
  std::uint64_t index = 0;  // in its group, over all shards: with the group's name it seeds the device's random streams
  std::uint16_t group = 0;
  std::uint32_t position = 0;  // in its group, as FleetChange::device
  std::uint32_t number = 0;    // position in the roster
  device::Identity identity;
  IpAddress address;  // shown to the platform
};

/// Read by the controller at any time.
struct ShardCounters {
  std::atomic<std::uint64_t> online{0};
  std::atomic<std::uint64_t> connects{0};
  std::atomic<std::uint64_t> connect_failures{0};
  std::atomic<std::uint64_t> moves{0};  // devices that were notified and are connected at another endpoint since
  std::atomic<std::uint64_t> publishes{0};
  std::atomic<std::uint64_t> publish_acks{0};
  std::atomic<std::uint64_t> commands_pending{0};  // publishes ordered by publish() and not yet acknowledged (QoS 0: sent) nor failed
  std::atomic<std::uint64_t> commands_failed{0};   // of publish(): will never be published
  std::atomic<std::uint64_t> powered_on{0};        // devices that are up in any state
  std::atomic<std::uint64_t> schedules_running{0};
};

struct ShardReport {
  Metrics metrics;
  Histogram loop_lag;                 // microseconds by which the loop's ticks came late, or would have
  std::uint64_t arrivals = 0;         // devices that an open-model executor brought up: only these can be late
  std::uint64_t late_arrivals = 0;    // of them, those that began late or still wait
  std::uint64_t paced_publishes = 0;  // of loads with a rate
  std::uint64_t late_publishes = 0;
  std::uint64_t dropped_publishes = 0;  // of loads with a rate: nothing left of them, for there was no room on the device
  std::uint64_t refused_reports = 0;    // of ReportStep: answered with another code than 200, or never sent
  std::string first_refused_report;
  std::string first_unpublished;    // of the publishes ordered by publish(): "pk/dn: too large"
  std::uint64_t loads_refused = 0;  // devices that can never carry their group's load
  std::string first_load_refused;
  std::uint64_t port_exhaustions = 0;
  std::uint64_t descriptor_exhaustions = 0;
  std::uint64_t memory_exhaustions = 0;  // the kernel had no room for a socket (ENOMEM, ENOBUFS)
  std::vector<DeviceFailure>
      failures;  // devices that are not online though they should be, with the last reason; first failures_listed_max of each group
  std::uint64_t failures_total = 0;
  std::map<std::string, std::uint64_t> failures_by_group;
};

class Shard {
 public:
  struct Options {
    std::uint32_t index = 0;
    std::uint32_t count = 1;
    std::uint32_t connects_in_flight = 400;  // this shard's part; counts both legs
  };
  virtual ~Shard() = default;

  /// So many devices will be added.
  virtual void expect_devices(std::size_t count) = 0;
  virtual void add_device(const DeviceSpec& spec) = 0;
  /// Behind a device that was added before. Before start().
  virtual void add_sub_device(const DeviceSpec& gateway, const DeviceSpec& sub_device) = 0;
  virtual void start() = 0;
  virtual void stop() = 0;  // closes everything, joins; idempotent

  // orders, from the controller's thread; they return at once
  /// Runs the part of `schedule` whose devices live here. `start` is Instant of its time 0.
  virtual void run_schedule(std::uint16_t group, std::shared_ptr<const ArrivalSchedule> schedule, Instant start) = 0;
  /// Every device of the group publishes (QoS and count as given); commands_pending goes down as they finish.
  virtual void publish(std::uint16_t group, const PublishStep& step) = 0;
  virtual void start_load(std::uint16_t group, const PublishLoad& load) = 0;
  virtual void stop_load(std::uint16_t group) = 0;
  /// Every device of the group that is up tells of itself; counts among commands_pending until the platform has answered.
  virtual void report_things(std::uint16_t group, const ReportStep& step) = 0;
  /// cut: the power is cut, and the platform is not told; else an orderly DISCONNECT. powered_on goes down as they finish.
  virtual void power_off(std::uint16_t group, bool cut) = 0;

  /// One of its devices, which has an engine of its own.
  virtual void command(const DeviceSpec& device, const DeviceOrder& order) = 0;
  /// Asks the shard's thread and waits.
  virtual DevicePicture picture(const DeviceSpec& device) = 0;

  virtual const ShardCounters& counters() const = 0;
  /// How many devices of a group are online now (asks the shard's thread and waits).
  virtual std::uint64_t online_in_group(std::uint16_t group) = 0;
  /// How many of them are up in any state: online, or on their way.
  virtual std::uint64_t powered_on_in_group(std::uint16_t group) = 0;
  /// How many moves the group's devices have made so far: a device that moved twice counts twice.
  virtual std::uint64_t moved_in_group(std::uint16_t group) = 0;
  /// How many of its devices have moved at all.
  virtual std::uint64_t movers_in_group(std::uint16_t group) = 0;
  /// MQTT links at most of devices without power that the platform still holds open.
  virtual std::uint64_t half_open() = 0;
  /// A merged picture, also while running (asks the shard's thread and waits).
  virtual ShardReport report() = 0;
  /// Its part of the fleet's weather, likewise; not for every turn.
  virtual Weather weather() = 0;
};

}  // namespace fleetsim::sim
