// Is the result about the platform, or about this generator? Judges what the fleet's loops measured of themselves; when the generator
// was the bottleneck the result is invalid, with what to do about it.
//
//   GeneratorHealth health = judge_generator(facts, {.late_share_max = 0.01, .loop_lag_p99_max = std::chrono::milliseconds{200}});
#pragma once

#include <cstdint>

#include "devicecore/base/time.hpp"
#include "sim/metrics/histogram.hpp"
#include "sim/report/run_result.hpp"

namespace fleetsim::sim {

struct GeneratorFacts {
  const Histogram* loop_lag = nullptr;  // microseconds; may be null
  std::uint64_t arrivals = 0;           // of open models
  std::uint64_t late_arrivals = 0;
  std::uint64_t paced_publishes = 0;  // of loads with a rate
  std::uint64_t late_publishes = 0;
  std::uint64_t port_exhaustions = 0;
  std::uint64_t descriptor_exhaustions = 0;
  double cpu_share = 0;      // of the fleet's loops in their busiest moment, 1.0: none had time to spare
  double machine_share = 0;  // of all cores by this process in that moment
  double cpu_microseconds_per_connect = 0;
  double cpu_microseconds_per_publish = 0;
  double platform_cpu_microseconds_per_connect = 0;
  double bytes_per_device = 0;
};

struct GeneratorBounds {
  double late_share_max = 0.01;
  Duration loop_lag_p99_max = std::chrono::milliseconds{200};
};

GeneratorHealth judge_generator(const GeneratorFacts& facts, const GeneratorBounds& bounds);

}  // namespace fleetsim::sim
