// Runs a scenario and fails the test when the environment refuses it.
#pragma once

#include <gtest/gtest.h>
#include <utility>

#include "sim/fleet.hpp"

namespace fleetsim::sim::test {

inline RunResult run(const Scenario& scenario, const RunOptions& options = {}) {
  auto result = run_scenario(scenario, options);
  if (!result) {
    ADD_FAILURE() << result.error().what << " / " << result.error().hint;
    return {};
  }
  return std::move(*result);
}

}  // namespace fleetsim::sim::test
