// What a scenario's runs can bring about: which situations may come up in them, and which invariants they exercise.
//
//   outcome.gave = needs_met_by(scenario);
#pragma once

#include <cstdint>

#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {

/// sometimes_needs of what the scenario does, its faults included. Of one that apply_case() has made.
std::uint8_t needs_met_by(const Scenario& scenario);
/// The same, and what its seeds may draw beside it.
std::uint8_t needs_within_reach(const Scenario& scenario);
/// invariant_needs of what the scenario does, its faults included.
std::uint8_t invariant_needs_met_by(const Scenario& scenario);

}  // namespace fleetsim::sim
