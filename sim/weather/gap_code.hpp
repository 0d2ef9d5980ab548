// A duration in 16 bits, for keeping many: 11 bits of value, 5 of scale, so from 1 µs to 50 days with an error below 0.1 %.
//
//   decode_gap(encode_gap(std::chrono::seconds{30}));      // 29.99 s or so, never more than what came in
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "devicecore/base/time.hpp"

namespace fleetsim::sim {

using GapCode = std::uint16_t;
inline constexpr unsigned gap_value_bits = 11;
inline constexpr unsigned gap_scale_max = 31;

/// What is negative counts as zero, what is longer than 50 days as that long.
constexpr GapCode encode_gap(Duration gap) {
  constexpr std::uint64_t longest = ((std::uint64_t{1} << gap_value_bits) - 1) << gap_scale_max;
  const auto microseconds = std::min(static_cast<std::uint64_t>(std::max<Duration::rep>(gap.count(), 0)), longest);
  const auto width = static_cast<unsigned>(std::bit_width(microseconds));
  const unsigned scale = width > gap_value_bits ? width - gap_value_bits : 0;
  return static_cast<GapCode>((scale << gap_value_bits) | static_cast<unsigned>(microseconds >> scale));
}

constexpr Duration decode_gap(GapCode code) {
  const std::uint64_t value = code & ((1U << gap_value_bits) - 1);
  return Duration{static_cast<Duration::rep>(value << (code >> gap_value_bits))};
}

}  // namespace fleetsim::sim
