// The storm in a weather: how high the load on the endpoints rose, when, and how it was spread; how fast devices came up, and how fast they
// came back after the deepest fall. Of one region or of the whole fleet; computed from the merged buckets, so parts of a run add up.
//
//   Storm all = storm_of(weather, std::nullopt);
//   all.connect_tries.peak_per_second;       // over the busiest second
//   all.fall->back.ninety_percent_seconds;   // from the bottom of the fall until nine in ten of the lost were online again
#pragma once

#include <cstdint>
#include <optional>

#include "sim/weather/weather.hpp"

namespace fleetsim::sim {

/// Rates are taken over a window this long, or over one bucket when that is longer.
inline constexpr double rate_window_seconds = 1.0;

struct Burst {
  std::uint64_t total = 0;
  double peak_per_second = 0;
  double peak_at_seconds = 0;      // where the busiest window begins
  double mean_per_second = 0;      // from the first to the last
  double peak_to_mean = 0;         // 1: even; 0: nothing happened
  double half_height_seconds = 0;  // how long the rate stayed at half of the peak or above, around the peak
};

struct Spread {
  double from_seconds = 0;
  std::uint64_t devices = 0;
  std::optional<double> half_seconds;            // after `from`, until half of them are there
  std::optional<double> ninety_percent_seconds;  // likewise
};

struct Fall {
  double began_seconds = 0;  // when most were online
  Spread back;               // from the bottom on; devices: that were lost
};

struct Storm {
  std::optional<RegionIndex> region;  // nothing: the whole fleet
  Burst bootstrap_tries;              // answered or failed, by when they ended
  Burst connect_tries;
  Burst failures;            // of both
  Spread rise;               // from the first connect on; devices: the most that were online at once
  std::optional<Fall> fall;  // the deepest one, when it was at least `fall_share_min` of those
};
inline constexpr double fall_share_min = 0.05;

Storm storm_of(const Weather& weather, std::optional<RegionIndex> region);

/// Of bucket counts: how many a second there were in the window that begins at each bucket.
std::vector<double> window_rates(const std::vector<std::uint64_t>& counts, double width_seconds);
/// Likewise: the rate's peak and shape.
Burst burst_of(const std::vector<std::uint64_t>& counts, double width_seconds);
/// How many devices are online at the end of each bucket; by region it counts those that connected there.
std::vector<std::int64_t> online_curve(const Weather& weather, std::optional<RegionIndex> region);

}  // namespace fleetsim::sim
