// From what a run left behind to its result: devices, moves, jobs, rates, thresholds, generator health, verdict.
#pragma once

#include <map>
#include <string>

#include "sim/fleet.hpp"
#include "sim/live/controller.hpp"
#include "sim/report/run_result.hpp"

namespace fleetsim::sim {

/// While fleet and platform are still up, at the end of the run.
RunResult make_result(const Scenario& scenario, Controller& controller, const Controller::Parts& parts);

/// <counter>_per_second by name, over the time that the work took so far; a counter that is missing has no such time.
std::map<std::string, double> measured_rates(const Controller::Parts& parts, const WorkMeter& meter, const FleetReport& report);

/// Rates of a run over the time the work took: n things from the first to the last have n - 1 gaps. Nothing for less than two.
double rate_over(std::uint64_t count, Span span);

/// invalid beats fail beats pass; an interrupted run is interrupted whatever else.
Verdict verdict_of(const RunResult& result, Controller::End end);

}  // namespace fleetsim::sim
