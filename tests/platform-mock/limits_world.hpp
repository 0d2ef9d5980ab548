// What a world has to tell about the limits that were reached in it.
//
//   EXPECT_EQ(reached(world), only("open_calls", 2));      // that one twice, and no other
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/platform-mock/services_world.hpp"

namespace fleetsim::platform::broker_test {

using Counted = std::vector<std::pair<std::string, std::uint64_t>>;

/// Every limit that was reached so far, by name.
inline Counted reached(BrokerWorld& world) {
  Counted found;
  for (std::size_t i = 0; i < limit_kinds; ++i)
    if (const std::uint64_t count = world.platform.limits_reached().of(static_cast<LimitKind>(i)); count > 0)
      found.emplace_back(limit_names[i], count);
  return found;
}

inline Counted only(std::string_view name, std::uint64_t count = 1) { return {{std::string(name), count}}; }

}  // namespace fleetsim::platform::broker_test
