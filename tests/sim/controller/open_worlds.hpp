// Worlds that are held open, of a fleet that does nothing until it is told.
//
//   const auto world = opened(still_fleet(5));
//   world->with([](OpenRun& run) { run.host.perform(step("up", BringOnline{})); });
#pragma once

#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <utility>

#include "sim/live/open_world.hpp"
#include "tests/sim/controller/run_scenarios.hpp"

namespace fleetsim::sim::test {

inline Scenario still_fleet(std::uint32_t devices, WorldKind world = WorldKind::virtual_time) {
  Scenario scenario = small_scenario(devices);
  scenario.world = world;
  scenario.duration_max = std::chrono::hours{1};
  return scenario;
}

inline std::unique_ptr<OpenWorld> opened(const Scenario& scenario, OpenWorld::Settings settings = {}) {
  auto world = OpenWorld::open(scenario, std::move(settings));
  if (!world) {
    ADD_FAILURE() << world.error().what;
    return nullptr;
  }
  return std::move(*world);
}

inline std::uint64_t online(OpenWorld& world) {
  std::uint64_t count = 0;
  world.with([&](OpenRun& run) { count = run.host.online(0); });
  return count;
}

inline Instant now(OpenWorld& world) {
  Instant at{};
  world.with([&](OpenRun& run) { at = run.host.now(); });
  return at;
}

}  // namespace fleetsim::sim::test
