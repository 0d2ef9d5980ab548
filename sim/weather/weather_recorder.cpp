#include "sim/weather/weather_recorder.hpp"

#include <algorithm>

#include "devicecore/base/ensure.hpp"

namespace fleetsim::sim {

WeatherRecorder::WeatherRecorder(const WeatherOptions& options, const WeatherSize& size)
    : options_(options),
      groups_(std::max<std::size_t>(size.groups, 1)),
      width_(options.width),
      series_(groups_ * std::max<std::size_t>(size.regions, 1)),
      gaps_(options.devices_followed_max, groups_) {
  ensure(options.width > Duration{});
  ensure(options.buckets_max >= 2 && options.buckets_max % 2 == 0);
}

void WeatherRecorder::turn_to(Instant now) {
  const Duration since = std::max(now - options_.origin, Duration{});
  while (since / width_ >= static_cast<Duration::rep>(options_.buckets_max)) widen();
  bucket_ = static_cast<std::size_t>(since / width_);
  bucket_begin_ = options_.origin + width_ * static_cast<Duration::rep>(bucket_);
  bucket_end_ = bucket_begin_ + width_;
}

void WeatherRecorder::make_room(std::vector<WeatherCounts>& series) const {
  constexpr std::size_t room_min = 64;
  const std::size_t doubled = std::max({room_min, 2 * series.size(), bucket_ + 1});
  series.resize(std::max(std::min<std::size_t>(doubled, options_.buckets_max), bucket_ + 1));
}

void WeatherRecorder::widen() {
  for (std::vector<WeatherCounts>& series : series_) {
    for (std::size_t i = 0; i < series.size(); ++i) {
      const WeatherCounts counts = series[i];
      series[i] = {};
      for (std::size_t kind = 0; kind < weather_kind_count; ++kind) add_saturating(series[i / 2][kind], counts[kind]);
    }
  }
  width_ *= 2;
}

Weather WeatherRecorder::report() const {
  Weather part;
  part.width = width_;
  part.origin = options_.origin;
  for (std::size_t i = 0; i < series_.size(); ++i) {
    const auto last =
        std::find_if(series_[i].rbegin(), series_[i].rend(), [](const WeatherCounts& counts) { return counts != WeatherCounts{}; });
    if (last == series_[i].rend()) continue;
    const WeatherPlace place{.region = static_cast<RegionIndex>(i / groups_), .group = static_cast<std::uint16_t>(i % groups_)};
    part.buckets[place].assign(series_[i].begin(), last.base());
  }
  part.backoff = gaps_.tallies();
  return part;
}

}  // namespace fleetsim::sim
