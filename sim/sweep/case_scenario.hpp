// Between a scenario and the cases of a sweep over it: the first case of a seed is the scenario as it is, a shrunk one is the scenario with
// less in it. A shrunk case can be written as a scenario of its own, so that anyone can run it.
//
//   CaseOutcome outcome = run(apply_case(scenario, first_case(scenario, 17)));
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/scenario/scenario.hpp"
#include "sim/sweep/sweep_case.hpp"

namespace fleetsim::sim {

/// The scenario's own faults, and then those that the seed draws.
std::vector<FaultSpec> all_faults(const Scenario& scenario, std::uint64_t seed);

/// With all its devices, faults and steps, and all its time.
SweepCase first_case(const Scenario& scenario, std::uint64_t seed);

/// Why the case is no scenario, "a step heals what has been left out"; empty: it is one.
std::string why_not_whole(const Scenario& scenario, const SweepCase& of);

/// What the case says, done: the seed is set, drawn faults stand among the others, nothing is left to draw. Of one that is whole.
Scenario apply_case(Scenario scenario, const SweepCase& of);

/// The scenario's own text with the case's seed, faults, devices and end in it, and files named by their whole path. Variables keep the
/// values that were used, but for those that went into a secret. Empty: the text is no scenario that could be read.
std::string reduced_scenario_text(std::string_view text, const Scenario& scenario, const SweepCase& of);

}  // namespace fleetsim::sim
