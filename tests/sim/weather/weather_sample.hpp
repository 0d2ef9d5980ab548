// The weather of an evening for the report's tests: two groups come up in two regions, one region goes away for two minutes, devices come
// back as their firmware has it (meters: exponential with jitter, valves: every five seconds), and some of them move.
#pragma once

#include <algorithm>
#include <queue>

#include "sim/weather/weather_recorder.hpp"
#include "tests/sim/weather/backoff_policies.hpp"

namespace fleetsim::sim {

inline constexpr std::uint32_t sample_devices = 400;  // of each group
inline constexpr double sample_outage_begins = 120;
inline constexpr double sample_outage_ends = 240;

inline Instant sample_moment(double seconds) { return Instant{Duration{static_cast<Duration::rep>(seconds * 1e6)}}; }

/// Loses its connection, tries until the endpoint is there again; odd devices must bootstrap first.
inline void sample_return(WeatherRecorder& recorder, RandomStream& random, const GapTable::Who& device, WeatherPlace place) {
  const BackoffPolicy policy = device.group == 0 ? device_core_policy(60) : constant_policy(5, jitter_shares[0]);
  double now = sample_outage_begins + uniform(random, 0, 0.5);
  recorder.count(WeatherKind::disconnects, sample_moment(now), place);
  double gap = 0;
  for (int k = 1;; ++k) {
    recorder.gaps().failed(device, sample_moment(now));
    gap = policy.gap(random, k, gap);
    now += gap;
    recorder.gaps().began(device, sample_moment(now));
    now += 0.05;
    if (now >= sample_outage_ends) break;
    recorder.count(WeatherKind::connect_failures, sample_moment(now), place);
  }
  recorder.count(WeatherKind::connects, sample_moment(now), place);
  recorder.gaps().succeeded(device);
}

inline Weather make_sample_weather() {
  WeatherRecorder recorder({}, {.groups = 2, .regions = 3});
  RandomStream random(20);
  for (std::uint16_t group = 0; group < 2; ++group) {
    for (std::uint32_t i = 0; i < sample_devices; ++i) {
      const double on = uniform(random, 0, 30);
      const WeatherPlace shanghai{.region = 1, .group = group};
      const WeatherPlace singapore{.region = 2, .group = group};
      recorder.count(WeatherKind::arrivals, sample_moment(on), {.region = 0, .group = group});
      recorder.count(WeatherKind::bootstraps, sample_moment(on + 0.1), i % 4 == 0 ? singapore : shanghai);
      recorder.count(WeatherKind::connects, sample_moment(on + 0.2), i % 4 == 0 ? singapore : shanghai);
      if (i % 4 == 0) continue;
      sample_return(recorder, random, {.device = i, .group = group, .leg = RetryLeg::connect}, shanghai);
      if (i % 4 != 1) continue;
      const double moved = uniform(random, 360, 390);
      recorder.count(WeatherKind::disconnects, sample_moment(moved), shanghai);
      recorder.count(WeatherKind::bootstraps, sample_moment(moved + 0.2), singapore);
      recorder.count(WeatherKind::connects, sample_moment(moved + 0.3), singapore);
      recorder.count(WeatherKind::moves, sample_moment(moved + 0.3), singapore);
    }
  }
  return recorder.report();
}

/// The same for every test: it is made once.
inline const Weather& sample_weather() {
  static const Weather weather = make_sample_weather();
  return weather;
}

}  // namespace fleetsim::sim
