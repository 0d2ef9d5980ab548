// The faults of a run, when it has any.
//
//   run.faults = make_fault_set(scenario, *runtime, options);
//   runtime->faults = run.faults.get();
#pragma once

#include <memory>

#include "sim/faults/fault_set.hpp"
#include "sim/fleet.hpp"
#include "sim/world/shard.hpp"

namespace fleetsim::sim {

/// Empty as yet: the controller adds those of the scenario when the run begins. Null when it has none, and
/// neither a step nor a script that may inject one.
std::unique_ptr<FaultSet> make_fault_set(const Scenario& scenario, const RunRuntime& runtime, const RunOptions& options);

/// Whether the platform has to be one that can crash and come back.
bool crashes_platform(const Scenario& scenario);

}  // namespace fleetsim::sim
