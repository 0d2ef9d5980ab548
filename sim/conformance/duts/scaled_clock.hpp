// The clock of a bench in real time, as the device lives through it: with a scale of 0.1 a second of the exam takes a tenth of one of ours,
// and the device is told to wait ten times as short. All else (patience, keep-alives, the platform's own waits) then stays as written.
//
//   const ScaledClock clock(0.1);
//   const timespec until = clock.wait_until(clock.now() + std::chrono::seconds{10});   // a second from now
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>

#include "devicecore/base/time.hpp"

namespace fleetsim::sim {

class ScaledClock {
 public:
  explicit ScaledClock(double scale) : scale_(scale) {}

  double scale() const { return scale_; }
  Instant now() const {
    const std::chrono::duration<double, std::micro> real = std::chrono::steady_clock::now() - begun_;
    return Instant{Duration{static_cast<std::int64_t>(real.count() / scale_)}};
  }
  /// How long to wait for the moment, an hour at most.
  timespec wait_until(Instant at) const {
    constexpr double wait_max = 3600;
    const double own = at == kNever ? wait_max / scale_ : std::chrono::duration<double>(at - now()).count();
    const double real = std::clamp(own * scale_, 0.0, wait_max);
    const auto seconds = static_cast<time_t>(real);
    return {.tv_sec = seconds, .tv_nsec = static_cast<long>((real - static_cast<double>(seconds)) * 1e9)};
  }
  /// So much of our time, in the exam's.
  Duration of_ours(std::chrono::microseconds real) const {
    return Duration{static_cast<std::int64_t>(std::chrono::duration<double, std::micro>(real).count() / scale_)};
  }

 private:
  double scale_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace fleetsim::sim
