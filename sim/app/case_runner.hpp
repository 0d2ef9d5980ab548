// Runs one case of a sweep in world virtual on one thread, with every invariant watching. Safe to call from several threads at once.
//
//   CaseRunner run = make_case_runner(scenario, &interrupted);
#pragma once

#include <atomic>
#include <cstdint>

#include "sim/scenario/scenario.hpp"
#include "sim/sweep/sweep_case.hpp"

namespace fleetsim::sim {

/// Whether what the scenario asks for itself (steps, thresholds, nobody stranded) is asked for beside the invariants.
enum class VerdictUse : std::uint8_t { counts, is_ignored };

/// The scenario must outlive it.
CaseRunner make_case_runner(const Scenario& scenario, const std::atomic<bool>* stop, VerdictUse verdict = VerdictUse::counts);

}  // namespace fleetsim::sim
