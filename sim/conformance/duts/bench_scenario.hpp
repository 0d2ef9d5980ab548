// The scenario of a bench, whichever its world: one device, a platform with three stations in three regions.
//
//   auto scenario = bench_scenario({.world = "virtual", .names = "realistic", .bootstrap_port = 18443, …});   // or what is wrong with it
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "devicecore/base/result.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {

struct BenchScenario {
  std::string_view world;
  std::string_view names;  // of the platform's endpoints
  std::uint16_t bootstrap_port = 0;
  std::uint16_t mqtt_port = 0;
  bool has_file_server = false;
  std::string_view prefix = "dut-";  // of the device's name
  std::string network{};             // a line of its own; empty: none
  std::string device{};              // what its group has beside, each with a comma before it
};

Result<Scenario, std::string> bench_scenario(const BenchScenario& wanted);

}  // namespace fleetsim::sim
