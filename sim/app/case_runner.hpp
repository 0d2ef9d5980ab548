// Runs one case of a sweep in world virtual on one thread, with every invariant watching. Safe to call from several threads at once.
//
//   CaseRunner run = make_case_runner(scenario, &interrupted);
#pragma once

#include <atomic>

#include "sim/scenario/scenario.hpp"
#include "sim/sweep/sweep_case.hpp"

namespace fleetsim::sim {

/// The scenario must outlive it.
CaseRunner make_case_runner(const Scenario& scenario, const std::atomic<bool>* stop);

}  // namespace fleetsim::sim
