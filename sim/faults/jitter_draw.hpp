// How much more or less a delay is this time: netem's distributions, in whole numbers.
#pragma once

#include <cstdint>
#include <string_view>

#include "devicecore/base/time.hpp"
#include "sim/random.hpp"

namespace fleetsim::sim {

enum class JitterShape : std::uint8_t { uniform, normal };
inline constexpr std::string_view jitter_shapes[] = {"uniform", "normal"};

/// Uniform: from -jitter to +jitter. Normal: jitter is the standard deviation; twelve uniform draws make one, never beyond six of it.
inline Duration draw_jitter(Duration jitter, JitterShape shape, RandomStream& random) {
  const std::int64_t width = jitter.count();
  if (width <= 0) return Duration{0};
  switch (shape) {
    case JitterShape::uniform:
      return Duration{static_cast<std::int64_t>(random.below(static_cast<std::uint32_t>(2 * width + 1))) - width};
    case JitterShape::normal: {
      std::int64_t sum = std::int64_t{-6} * 65535;
      for (int i = 0; i < 12; ++i) sum += static_cast<std::int64_t>(random.word() >> 16);
      return Duration{width * sum / 65536};
    }
  }
  return Duration{0};
}

}  // namespace fleetsim::sim
