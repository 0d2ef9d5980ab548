// The weather of a run, or of a part of it: counts per bucket of time, region and group, and how devices waited between their tries.
// Plain data. Parts merge in any order to the same whole, whatever width their buckets have come to.
//
//   Weather whole = one_shard;
//   whole.merge(another_shard);
//   std::vector<std::uint64_t> connects = whole.curve(WeatherKind::connects, singapore);
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "devicecore/base/time.hpp"
#include "sim/weather/backoff_tally.hpp"
#include "sim/weather/weather_kind.hpp"

namespace fleetsim::sim {

/// A region's index into TagNames::regions; 0 is "": the device does not know yet where it belongs.
using RegionIndex = std::uint16_t;

struct WeatherPlace {
  RegionIndex region = 0;
  std::uint16_t group = 0;  // index into TagNames::groups
  friend auto operator<=>(const WeatherPlace&, const WeatherPlace&) = default;
};

/// Adds, and stays at the most that fits instead of beginning anew.
inline void add_saturating(std::uint32_t& sum, std::uint32_t more) {
  sum = sum > ~std::uint32_t{0} - more ? ~std::uint32_t{0} : sum + more;
}

struct Weather {
  /// Of every bucket: the finest width times a power of two. Zero: nothing was recorded.
  Duration width{};
  Instant origin{};                                            // where bucket 0 begins; what comes before counts there
  std::map<WeatherPlace, std::vector<WeatherCounts>> buckets;  // without empty ones at the end
  std::map<BackoffPlace, BackoffTally> backoff;

  /// Both must have been recorded with the same origin and the same finest width.
  void merge(const Weather& other);
  bool empty() const { return buckets.empty(); }
  /// How many buckets the longest series has.
  std::size_t length() const;
  /// All regions in which anything happened, in ascending order.
  std::vector<RegionIndex> regions() const;
  /// One kind over all groups, as long as length(); over all regions, or in one.
  std::vector<std::uint64_t> curve(WeatherKind kind, std::optional<RegionIndex> region) const;
  double width_seconds() const { return std::chrono::duration<double>(width).count(); }

 private:
  void widen_to(Duration wider);
};

}  // namespace fleetsim::sim
