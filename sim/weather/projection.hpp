// "If the whole fleet behaved so": how N devices with the waits that were observed would load an endpoint in and after an outage.
//
// The method: expected values instead of devices. At time 0 all N fail at once. A device that has failed k times waits as those that were
// observed did after their failure k (drawn from the pool of the group; each wait by itself), plus the time that a failing try took them.
// Beyond the last failure of which enough waits are known, it waits as after that one. Time goes in steps; the share of the fleet that
// tries in a step is moved on along the distribution of the next wait. While the outage lasts every try fails. Afterwards the endpoint
// takes `capacity_per_second` tries, the same share of all that come in a step; the others fail and wait again. What a device remembers of
// its own earlier waits (a lot drawn once, decorrelated jitter) is lost by pooling: herds come out a little more even than they would be.
//
//   project(tally, {.devices = 1'000'000, .outage_seconds = 600, .capacity_per_second = 5000})->back_99_seconds;
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "sim/weather/backoff_tally.hpp"

namespace fleetsim::sim {

struct ProjectionQuestion {
  std::uint64_t devices = 1'000'000;
  double outage_seconds = 600;
  double capacity_per_second = 5000;
};

struct Projection {
  double peak_per_second = 0;  // of tries, over a second (or a step, when that is longer)
  double peak_at_seconds = 0;  // since the outage began
  double peak_after_return_per_second = 0;
  std::optional<double> back_99_seconds;  // after the endpoint is there again; nothing: not within the longest time that is computed
  double tries = 0;                       // in all, until then
  double step_seconds = 0;
};

inline constexpr double projection_step_min_seconds = 0.25;
inline constexpr std::size_t projection_steps_max = 16'384;   // the step doubles when these do not suffice
inline constexpr std::size_t projection_kernel_max = 512;     // steps that the longest wait takes, at most
inline constexpr double projection_step_max_seconds = 64;     // twelve days in all
inline constexpr std::uint64_t projection_waits_needed = 10;  // after failure k, and at least a hundredth of those after the first

/// Nothing when no wait was observed, or the question has no devices or no capacity.
std::optional<Projection> project(const BackoffTally& observed, const ProjectionQuestion& question);

}  // namespace fleetsim::sim
