// A value that differs from device to device around a middle: what a device's own draw makes of it.
#pragma once

#include <cstdint>

namespace fleetsim::sim {

/// From middle - spread to middle + spread, by the high half of `draw`. Precondition: 0 <= spread < 2^31 - 1.
constexpr std::int64_t spread_around(std::int64_t middle, std::int64_t spread, std::uint64_t draw) {
  const auto width = static_cast<std::uint64_t>(2 * spread + 1);
  return middle - spread + static_cast<std::int64_t>(((draw >> 32) * width) >> 32);
}

}  // namespace fleetsim::sim
