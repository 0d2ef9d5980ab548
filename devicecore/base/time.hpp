// Time as an argument: both cores are told what time it is and never ask.
//
//   Instant later = now + std::chrono::seconds{3};
#pragma once

#include <chrono>
#include <cstdint>

namespace fleetsim {

using Duration = std::chrono::duration<std::int64_t, std::micro>;

/// The clock of a world (sockets: monotonic since the run began; virtual: simulated). It has no now() on purpose.
struct WorldClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<WorldClock, Duration>;
  static constexpr bool is_steady = true;
};

/// A moment of the world, in microseconds since the run began.
using Instant = WorldClock::time_point;

/// A Duration's ticks in a second, for rates and reports.
inline constexpr double microseconds_per_second = 1e6;

/// "No deadline".
inline constexpr Instant kNever = Instant::max();

}  // namespace fleetsim
