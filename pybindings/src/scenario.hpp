// What a run from Python changes about a scenario, as the options of `fleetsim run` do.
//
//   const sim::Scenario scenario = changed(read, {.seed = 17});
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "pybindings/src/bindings.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::python {

struct ScenarioChanges {
  std::optional<std::uint64_t> seed;
  std::optional<std::uint32_t> threads;
  std::string world;  // "virtual", "sockets"; empty: the scenario's
};

/// Its random faults are drawn. Throws ValueError for a world that it cannot run in.
sim::Scenario changed(const sim::Scenario& scenario, const ScenarioChanges& changes);

}  // namespace fleetsim::python
