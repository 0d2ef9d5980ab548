#include "sim/weather/storm.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fleetsim::sim {
namespace {

std::size_t window_buckets(double width_seconds) {
  return static_cast<std::size_t>(std::max(1.0, std::ceil(rate_window_seconds / width_seconds)));
}

std::vector<std::uint64_t> sum_of(std::vector<std::uint64_t> a, const std::vector<std::uint64_t>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

/// From bucket `bottom` on, until `share` of `devices` are there beyond what was online at the bottom.
std::optional<double> seconds_until(const std::vector<std::int64_t>& online, std::size_t bottom, double devices, double share,
                                    double width_seconds) {
  const double wanted = static_cast<double>(online[bottom]) + share * devices;
  for (std::size_t i = bottom + 1; i < online.size(); ++i)
    if (static_cast<double>(online[i]) >= wanted) return static_cast<double>(i - bottom) * width_seconds;
  return std::nullopt;
}

Spread spread_from(const std::vector<std::int64_t>& online, std::size_t bottom, std::int64_t devices, double width_seconds) {
  Spread spread;
  spread.from_seconds = static_cast<double>(bottom + 1) * width_seconds;
  spread.devices = static_cast<std::uint64_t>(devices);
  spread.half_seconds = seconds_until(online, bottom, static_cast<double>(devices), 0.5, width_seconds);
  spread.ninety_percent_seconds = seconds_until(online, bottom, static_cast<double>(devices), 0.9, width_seconds);
  return spread;
}

/// `online` begins with a bucket before the first, in which nobody is there.
std::optional<Fall> deepest_fall(const std::vector<std::int64_t>& online, double width_seconds) {
  std::size_t top = 0;
  std::size_t fell_from = 0;
  std::size_t bottom = 0;
  std::int64_t deepest = 0;
  for (std::size_t i = 0; i < online.size(); ++i) {
    if (online[i] >= online[top]) top = i;
    if (const std::int64_t depth = online[top] - online[i]; depth > 0 && depth >= deepest) {
      deepest = depth;
      fell_from = top;
      bottom = i;  // the last moment at the bottom: what comes after is the way back
    }
  }
  const std::int64_t most = *std::max_element(online.begin(), online.end());
  if (deepest == 0 || static_cast<double>(deepest) < fall_share_min * static_cast<double>(most)) return std::nullopt;
  Fall fall{.began_seconds = static_cast<double>(fell_from) * width_seconds, .back = spread_from(online, bottom, deepest, width_seconds)};
  fall.back.from_seconds -= width_seconds;  // without the bucket before the first
  return fall;
}

Spread rise_of(const std::vector<std::int64_t>& online, double width_seconds) {
  const std::int64_t most = *std::max_element(online.begin(), online.end());
  const auto first = std::find_if(online.begin(), online.end(), [](std::int64_t devices) { return devices > 0; });
  if (first == online.end()) return {};
  Spread rise = spread_from(online, static_cast<std::size_t>(first - online.begin()) - 1, most, width_seconds);
  rise.from_seconds -= width_seconds;
  return rise;
}

}  // namespace

std::vector<double> window_rates(const std::vector<std::uint64_t>& counts, double width_seconds) {
  const std::size_t window = window_buckets(width_seconds);
  const double window_seconds = static_cast<double>(window) * width_seconds;
  std::vector<double> rates(counts.size());
  std::uint64_t sum = 0;
  for (std::size_t i = counts.size(); i-- > 0;) {
    sum += counts[i];  // what lies behind the end is empty
    if (i + window < counts.size()) sum -= counts[i + window];
    rates[i] = static_cast<double>(sum) / window_seconds;
  }
  return rates;
}

Burst burst_of(const std::vector<std::uint64_t>& counts, double width_seconds) {
  Burst burst;
  burst.total = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  if (burst.total == 0) return burst;
  const std::vector<double> rates = window_rates(counts, width_seconds);
  const auto peak = std::max_element(rates.begin(), rates.end());
  const auto at = static_cast<std::size_t>(peak - rates.begin());
  std::size_t first = at;
  std::size_t last = at;
  while (first > 0 && 2 * rates[first - 1] >= *peak) --first;
  while (last + 1 < rates.size() && 2 * rates[last + 1] >= *peak) ++last;
  const auto is_any = [](std::uint64_t count) { return count > 0; };
  const auto begin = std::find_if(counts.begin(), counts.end(), is_any);
  const auto end = std::find_if(counts.rbegin(), counts.rend(), is_any).base();
  const double window_seconds = static_cast<double>(window_buckets(width_seconds)) * width_seconds;
  burst.peak_per_second = *peak;
  burst.peak_at_seconds = static_cast<double>(at) * width_seconds;
  burst.mean_per_second = static_cast<double>(burst.total) / std::max(static_cast<double>(end - begin) * width_seconds, window_seconds);
  burst.peak_to_mean = burst.peak_per_second / burst.mean_per_second;
  burst.half_height_seconds = static_cast<double>(last - first + 1) * width_seconds;
  return burst;
}

std::vector<std::int64_t> online_curve(const Weather& weather, std::optional<RegionIndex> region) {
  const std::vector<std::uint64_t> connects = weather.curve(WeatherKind::connects, region);
  const std::vector<std::uint64_t> disconnects = weather.curve(WeatherKind::disconnects, region);
  std::vector<std::int64_t> online(connects.size());
  std::int64_t now = 0;
  for (std::size_t i = 0; i < connects.size(); ++i) {
    now += static_cast<std::int64_t>(connects[i]) - static_cast<std::int64_t>(disconnects[i]);
    online[i] = now;
  }
  return online;
}

Storm storm_of(const Weather& weather, std::optional<RegionIndex> region) {
  Storm storm;
  storm.region = region;
  if (weather.empty()) return storm;
  const double width = weather.width_seconds();
  const std::vector<std::uint64_t> bootstrap_failures = weather.curve(WeatherKind::bootstrap_failures, region);
  const std::vector<std::uint64_t> connect_failures = weather.curve(WeatherKind::connect_failures, region);
  storm.bootstrap_tries = burst_of(sum_of(weather.curve(WeatherKind::bootstraps, region), bootstrap_failures), width);
  storm.connect_tries = burst_of(sum_of(weather.curve(WeatherKind::connects, region), connect_failures), width);
  storm.failures = burst_of(sum_of(bootstrap_failures, connect_failures), width);
  std::vector<std::int64_t> online = online_curve(weather, region);
  online.insert(online.begin(), 0);
  storm.rise = rise_of(online, width);
  storm.fall = deepest_fall(online, width);
  return storm;
}

}  // namespace fleetsim::sim
