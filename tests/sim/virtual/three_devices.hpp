// A roster of three devices of two groups, for tests of what lies below a run.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "sim/world/fleet_identities.hpp"

namespace fleetsim::sim::test {

inline Roster three_devices() {
  Roster roster;
  roster.groups = {{0, 2, 2}, {2, 1, 1}};
  for (const std::uint16_t group : std::initializer_list<std::uint16_t>{0, 0, 1}) roster.devices.push_back({.address = {}, .group = group});
  for (std::uint16_t group = 0; group < 2; ++group)
    roster.triples.push_back({.seed = 1, .group = group, .product_key = "a1Meter0001", .device_prefix = "meter-", .listed = nullptr});
  return roster;
}

}  // namespace fleetsim::sim::test
