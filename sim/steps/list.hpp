// The steps of a scenario, one file each; list.cpp is the one list. See README.md for how to add one.
//
//   StepReport report;
//   for (const Step& step : scenario.steps) run_step(step, host, report);
#pragma once

#include <string_view>

#include "sim/scenario/scenario.hpp"
#include "sim/steps/step_host.hpp"

namespace fleetsim::sim {

/// Runs one step to its end. A step that fails says so in the report; the scenario goes on with the next one.
void run_step(const Step& step, StepHost& host, StepReport& report);

/// "bring_online", "wait_until", ...
std::string_view step_name(const StepAction& action);

}  // namespace fleetsim::sim
