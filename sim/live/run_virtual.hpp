// A run in world `virtual`: its parts made and put together. The simulation itself is in sim/virtual; what it takes from the host (its
// cryptography, its country database, how long it took) comes from here.
#pragma once

#include "devicecore/base/result.hpp"
#include "sim/fleet.hpp"

namespace fleetsim::sim {

Result<RunResult, RunError> run_virtual(const Scenario& scenario, const RunOptions& options);

}  // namespace fleetsim::sim
