// A run whose parts are all there: its steps, its result, its orderly end. The same in every world.
//
//   RunResult result = run_to_end(parts);
#pragma once

#include "sim/report/run_result.hpp"
#include "sim/world/controller.hpp"

namespace fleetsim::sim {

RunResult run_to_end(const Controller::Parts& parts);

}  // namespace fleetsim::sim
