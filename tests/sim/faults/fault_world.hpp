// Two groups, two regions, and faults by a line each: what the tests of faults share.
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "sim/faults/fault_set.hpp"

namespace fleetsim::sim::test {

inline FaultPlaces two_groups() {
  return {.groups = {"meters", "valves"},
          .regions = {"", "shanghai", "singapore"},
          .instances = {{"shanghai", "iot-1"}, {"singapore", "iot-2"}, {"shanghai", "iot-3"}},
          .devices = {{"pk/m-*"}, {"pk/v-*"}}};
}

/// A parameter's values are whole microseconds and parts of shares.
inline constexpr std::int64_t ms = 1000;
inline constexpr std::uint64_t half = share_whole / 2;
inline std::int64_t share(double of_one) { return static_cast<std::int64_t>(parts_of_share(of_one)); }

inline Instant at(Duration since_begin) { return Instant{since_begin}; }

class FaultWorld {
 public:
  explicit FaultWorld(std::uint64_t seed = 1) : faults(seed, two_groups()) {}

  FaultWorld& with(FaultSpec spec, Instant now = {}) {
    const auto added = faults.add(spec, now);
    EXPECT_TRUE(added) << (added ? "" : added.error());
    return *this;
  }
  SegmentFate segment(const LinkPlace& place, Instant now, Direction direction = Direction::up, std::size_t bytes = 100) {
    return faults.segment(place, now, {direction, bytes}, state, random);
  }
  OpenFate open(const LinkPlace& place, Instant now) { return faults.open(place, now, random); }
  std::uint64_t acted(std::string_view name) const {
    for (const FaultCount& count : faults.counts())
      if (count.name == name) return count.acted;
    return ~std::uint64_t{0};
  }

  FaultSet faults;
  LinkFaults state;
  RandomStream random = RandomStream::fork(7, "test", 0);
};

/// A link of a meter to Shanghai.
inline constexpr LinkPlace meter{.who = 1, .group = 0, .region = 1, .leg = device::Leg::mqtt, .connection = 1};
inline LinkPlace link_of(std::uint32_t device, std::uint32_t connection = 1) {
  LinkPlace place = meter;
  place.who = device;
  place.connection = connection;
  return place;
}
inline constexpr LinkPlace bootstrap_link{.who = 1, .group = 0, .region = 0, .leg = device::Leg::bootstrap, .connection = 1};

}  // namespace fleetsim::sim::test
