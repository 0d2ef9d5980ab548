// Turns samples of cumulative counters, taken a few times a second, into what a connect and a publish cost, how busy the loops were at
// their busiest, and how much memory a device takes.
//
//   WorkMeter meter({.loops = 2, .cores = 2}, resident_before_the_fleet);
//   meter.take({.at = now, .fleet_cpu_us = ..., .connects = totals.connects, ...});
//   meter.cpu_microseconds_per_connect();
#pragma once

#include <cstdint>
#include <optional>

#include "devicecore/base/time.hpp"

namespace fleetsim::sim {

struct WorkSample {
  Instant at{};
  std::uint64_t fleet_cpu_us = 0;
  std::uint64_t platform_cpu_us = 0;
  std::uint64_t process_cpu_us = 0;
  std::uint64_t connects = 0;
  std::uint64_t publishes = 0;
  std::uint64_t online = 0;
  std::uint64_t resident_bytes = 0;
};

class WorkMeter {
 public:
  struct Machine {
    std::uint64_t loops = 1;
    std::uint64_t cores = 1;
  };
  WorkMeter(Machine machine, std::uint64_t resident_before) : machine_(machine), resident_before_(resident_before) {}

  void take(const WorkSample& sample);

  // All 0 while nothing of the kind was seen. An interval in which devices both connect and publish counts for neither, unless one of
  // them is twenty times the other: a mixed figure would belong to no one.
  double cpu_microseconds_per_connect() const { return per(connecting_.fleet_cpu_us, connecting_.count); }
  double platform_cpu_microseconds_per_connect() const { return per(connecting_.platform_cpu_us, connecting_.count); }
  double cpu_microseconds_per_publish() const { return per(publishing_.fleet_cpu_us, publishing_.count); }
  /// Growth of the process's resident memory over its size before the fleet, when most devices were online, per such device. In world
  /// `sockets` that holds the platform's side of every connection too; in world `external` it is the fleet's alone.
  double bytes_per_device() const { return bytes_per_device_; }
  double busiest_loop_share() const { return busiest_loops_; }
  double busiest_machine_share() const { return busiest_machine_; }

 private:
  struct Work {
    std::uint64_t fleet_cpu_us = 0;
    std::uint64_t platform_cpu_us = 0;
    std::uint64_t count = 0;
  };
  static double per(std::uint64_t cpu, std::uint64_t count) {
    return count == 0 ? 0.0 : static_cast<double>(cpu) / static_cast<double>(count);
  }
  void attribute(const WorkSample& from, const WorkSample& to);
  void find_peaks(const WorkSample& to);

  Machine machine_;
  std::uint64_t resident_before_;
  std::optional<WorkSample> last_;
  std::optional<WorkSample> window_;
  Work connecting_;
  Work publishing_;
  std::uint64_t online_max_ = 0;
  double bytes_per_device_ = 0;
  double busiest_loops_ = 0;
  double busiest_machine_ = 0;
};

}  // namespace fleetsim::sim
