// From what a run left behind to its result: devices, moves, jobs, rates, thresholds, generator health, verdict.
#pragma once

#include <map>
#include <string>

#include "sim/fleet.hpp"
#include "sim/report/run_result.hpp"
#include "sim/world/controller.hpp"

namespace fleetsim::sim {

/// While fleet and platform are still up, at the end of the run.
RunResult make_result(const Scenario& scenario, Controller& controller, const Controller::Parts& parts);

/// <counter>_per_second by name, where somebody knows it better than the counter's own first and last moments do.
std::map<std::string, double> measured_rates(const Controller::Parts& parts);

/// invalid beats fail beats pass; an interrupted run is interrupted whatever else.
Verdict verdict_of(const RunResult& result, Controller::End end);

}  // namespace fleetsim::sim
