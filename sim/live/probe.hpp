// The oracle from outside: CONNECTs with valid credentials at every instance of the platform, for every device, on plain sockets of its
// own. It knows neither the registry nor the fleet's code paths; exactly one instance may accept each device.
//
//   ProbeOutcome outcome = probe_fleet(roster, runtime, targets, devices, [] { return !stopped; });
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "sim/live/probe_connection.hpp"
#include "sim/world/fleet_identities.hpp"
#include "sim/world/prober.hpp"
#include "sim/world/run_platform.hpp"
#include "sim/world/shard.hpp"

namespace fleetsim::sim {

/// Every instance that takes connections.
std::vector<ProbeTarget> probe_targets(RunPlatform& platform);

/// `go_on` is asked a few times a second.
ProbeOutcome probe_fleet(const Roster& roster, const RunRuntime& runtime, const std::vector<ProbeTarget>& targets,
                         const ProbedDevices& devices, const std::function<bool()>& go_on);

/// Of the platform in this process, or of what the scenario says of one elsewhere (`platform` null).
std::unique_ptr<Prober> make_socket_prober(const Roster& roster, const RunRuntime& runtime, RunPlatform* platform);

}  // namespace fleetsim::sim
