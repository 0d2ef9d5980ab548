// A run's own verdict as findings of a sweep: what the scenario itself asks for and did not get. Each says which part of the verdict it is,
// so that making a case small keeps to it: a step that failed, a threshold, "stranded", "duration_max".
//
//   for (CaseViolation& one : verdict_findings(*result)) outcome.violations.push_back(std::move(one));
#pragma once

#include <vector>

#include "sim/report/run_result.hpp"
#include "sim/sweep/sweep_case.hpp"

namespace fleetsim::sim {

/// In no particular order; empty: the verdict is that all held, or that the run was interrupted.
std::vector<CaseViolation> verdict_findings(const RunResult& result);

}  // namespace fleetsim::sim
