// Faults that a seed draws: which kinds, where, how bad, in which windows of the safety phase. Everything is over when that phase is: then
// devices must recover. The same scenario and seed give the same faults, so one line replays a run.
//
//   for (FaultSpec& fault : draw_faults(scenario, 17)) scenario.faults.push_back(std::move(fault));
#pragma once

#include <cstdint>
#include <vector>

#include "sim/faults/fault_spec.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {

/// What scenario.random_faults asks for, drawn from `seed`; nothing when it asks for none. Each has a name of its own.
std::vector<FaultSpec> draw_faults(const Scenario& scenario, std::uint64_t seed);

/// Draws them with the scenario's own seed, once: afterwards they stand among scenario.faults, and random_faults is gone. Whoever runs a
/// scenario calls this when its seed is settled.
void settle_random_faults(Scenario& scenario);

/// The kinds that can be drawn.
std::vector<std::string_view> drawn_fault_kinds();

}  // namespace fleetsim::sim
