#include "sim/weather/weather.hpp"

#include <algorithm>

#include "devicecore/base/ensure.hpp"

namespace fleetsim::sim {
namespace {

void add_counts(WeatherCounts& sum, const WeatherCounts& more) {
  for (std::size_t i = 0; i < weather_kind_count; ++i) add_saturating(sum[i], more[i]);
}

}  // namespace

void Weather::merge(const Weather& other) {
  for (const auto& [place, tally] : other.backoff) backoff[place].merge(tally);
  if (other.width == Duration{}) return;
  if (width == Duration{}) {
    width = other.width;
    origin = other.origin;
  }
  ensure(origin == other.origin);
  widen_to(std::max(width, other.width));
  const auto fold = static_cast<std::size_t>(width / other.width);
  ensure(other.width * static_cast<std::int64_t>(fold) == width);
  for (const auto& [place, theirs] : other.buckets) {
    std::vector<WeatherCounts>& mine = buckets[place];
    mine.resize(std::max(mine.size(), (theirs.size() + fold - 1) / fold));
    for (std::size_t i = 0; i < theirs.size(); ++i) add_counts(mine[i / fold], theirs[i]);
  }
}

void Weather::widen_to(Duration wider) {
  if (wider == width) return;
  const auto fold = static_cast<std::size_t>(wider / width);
  ensure(width * static_cast<std::int64_t>(fold) == wider);
  for (auto& entry : buckets) {
    std::vector<WeatherCounts> folded((entry.second.size() + fold - 1) / fold);
    for (std::size_t i = 0; i < entry.second.size(); ++i) add_counts(folded[i / fold], entry.second[i]);
    entry.second = std::move(folded);
  }
  width = wider;
}

std::size_t Weather::length() const {
  std::size_t longest = 0;
  for (const auto& entry : buckets) longest = std::max(longest, entry.second.size());
  return longest;
}

std::vector<RegionIndex> Weather::regions() const {
  std::vector<RegionIndex> found;
  for (const auto& entry : buckets) {
    if (found.empty() || found.back() != entry.first.region) found.push_back(entry.first.region);
  }
  return found;
}

std::vector<std::uint64_t> Weather::curve(WeatherKind kind, std::optional<RegionIndex> region) const {
  std::vector<std::uint64_t> sum(length());
  for (const auto& [place, counts] : buckets) {
    if (region && place.region != *region) continue;
    for (std::size_t i = 0; i < counts.size(); ++i) sum[i] += counts[i][static_cast<std::size_t>(kind)];
  }
  return sum;
}

}  // namespace fleetsim::sim
