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

/// What was measured, and what is needed besides to judge it. The shares are those of the busiest moment.
struct GeneratorFacts : GeneratorHealth {
  const Histogram* loop_lag = nullptr;  // microseconds; may be null
  double machine_share = 0;             // of all cores by this process
};

struct GeneratorBounds {
  double late_share_max = 0.01;
  Duration loop_lag_p99_max = std::chrono::milliseconds{200};
};

GeneratorHealth judge_generator(const GeneratorFacts& facts, const GeneratorBounds& bounds);

}  // namespace fleetsim::sim
