// `fleetsim sweep` over a runner of one's own: what the verb does, for tests that plant what no run of the product does.
//
//   return sweep_with(verb, [](const Scenario&, const std::atomic<bool>*) { return [](const SweepCase&) { return CaseOutcome{}; }; });
#pragma once

#include <atomic>
#include <functional>

#include "sim/app/command_line.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/sweep/sweep_case.hpp"

namespace fleetsim::sim {

/// The scenario outlives the runner; the flag asks it to end early.
using RunnerMaker = std::function<CaseRunner(const Scenario& scenario, const std::atomic<bool>* stop)>;

/// Returns the exit code.
int sweep_with(const SweepVerb& verb, const RunnerMaker& make_runner);

}  // namespace fleetsim::sim
