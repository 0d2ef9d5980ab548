// A moment in 32 bits, for tables where 64 would cost RAM: milliseconds, wrapping every 49 days. It means something only next to a
// full Instant that is later by less than that.
//
//   const CoarseTime sent = CoarseTime::of(now);
//   ...
//   if (sent.elapsed_ms(later) >= retry_ms) send_again();
#pragma once

#include <chrono>
#include <cstdint>

#include "devicecore/base/time.hpp"

namespace fleetsim::device {

class CoarseTime {
 public:
  constexpr CoarseTime() = default;

  static constexpr CoarseTime of(Instant moment) {
    CoarseTime coarse;
    coarse.ms_ = static_cast<std::uint32_t>(milliseconds_of(moment));
    return coarse;
  }

  /// How long ago it is at `later`, rounded to the millisecond grid.
  constexpr std::uint32_t elapsed_ms(Instant later) const { return static_cast<std::uint32_t>(milliseconds_of(later)) - ms_; }

  /// The full moment, on the millisecond grid, as seen from a `later` one.
  constexpr Instant expand(Instant later) const {
    return Instant{std::chrono::milliseconds{milliseconds_of(later) - static_cast<std::int64_t>(elapsed_ms(later))}};
  }

 private:
  static constexpr std::int64_t milliseconds_of(Instant moment) {
    return std::chrono::floor<std::chrono::milliseconds>(moment.time_since_epoch()).count();
  }

  std::uint32_t ms_ = 0;
};

}  // namespace fleetsim::device
