// Records the weather of one shard: counts per bucket of time, region and group, and the waits of devices that failed. One a thread, no
// locks. Nothing is allocated for an event; room grows by doubling as time goes on, until the number of buckets has its limit: then two
// buckets become one, and all are twice as wide.
//
//   WeatherRecorder weather{{.width = std::chrono::milliseconds{250}}, {.groups = 2, .regions = 4}};
//   weather.count(WeatherKind::connects, now, {.region = 1, .group = 0});
//   Weather part = weather.report();      // classifies the waits: not for a hot path
#pragma once

#include <cstdint>
#include <vector>

#include "devicecore/base/time.hpp"
#include "sim/weather/gap_table.hpp"
#include "sim/weather/weather.hpp"

namespace fleetsim::sim {

/// Sixty-fourth of a second: the finest width, so that the widths that come of doubling it fit whole seconds.
inline constexpr Duration weather_width_finest{15'625};

struct WeatherOptions {
  Duration width = weather_width_finest;  // at the start; recorders that will be merged have the same
  Instant origin{};
  std::uint32_t buckets_max = 4096;  // of each region and group; an hour is kept by the second
  std::uint32_t devices_followed_max = 16'384;
};

struct WeatherSize {
  std::size_t groups = 1;
  std::size_t regions = 1;  // with region 0, the unknown one
};

class WeatherRecorder {
 public:
  WeatherRecorder(const WeatherOptions& options, const WeatherSize& size);

  void count(WeatherKind kind, Instant now, WeatherPlace place) {
    if (now < bucket_begin_ || now >= bucket_end_) turn_to(now);
    std::vector<WeatherCounts>& series = series_[place.region * groups_ + place.group];
    if (bucket_ >= series.size()) make_room(series);
    add_saturating(series[bucket_][static_cast<std::size_t>(kind)], 1);
  }
  /// The waits of devices between their tries.
  GapTable& gaps() { return gaps_; }

  Duration width() const { return width_; }
  Weather report() const;

 private:
  void turn_to(Instant now);
  void make_room(std::vector<WeatherCounts>& series) const;
  void widen();

  WeatherOptions options_;
  std::size_t groups_;
  Duration width_;
  std::size_t bucket_ = 0;  // the one that time is in, from bucket_begin_ to bucket_end_
  Instant bucket_begin_ = kNever;
  Instant bucket_end_ = kNever;
  std::vector<std::vector<WeatherCounts>> series_;  // by region and group; empty until something happens there
  GapTable gaps_;
};

}  // namespace fleetsim::sim
