// The oracle from outside: CONNECTs with valid credentials at every instance of the platform, for every device, on plain sockets of its
// own. It knows neither the registry nor the fleet's code paths; exactly one instance may accept each device.
//
//   ProbeOutcome outcome = probe_fleet(roster, runtime, targets, devices, [] { return !stopped; });
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "sim/live/fleet_identities.hpp"
#include "sim/live/live_platform.hpp"
#include "sim/live/probe_connection.hpp"
#include "sim/live/shard.hpp"
#include "sim/steps/step_host.hpp"

namespace fleetsim::sim {

/// Every instance that takes connections.
std::vector<ProbeTarget> probe_targets(LivePlatform& platform);

/// Positions in the roster, those still in handover not among them; and the secrets of those that came to the platform by themselves, as it
/// tells them. Never log them.
struct ProbedDevices {
  std::vector<std::size_t> positions;
  std::map<std::size_t, std::string> told_secrets;
};

/// `go_on` is asked a few times a second.
ProbeOutcome probe_fleet(const Roster& roster, const LiveRuntime& runtime, const std::vector<ProbeTarget>& targets,
                         const ProbedDevices& devices, const std::function<bool()>& go_on);

/// One device as the oracle sees it: which instances accepted it. Empty text: exactly one did.
std::string judge_probe(std::string_view device, const std::vector<std::string>& accepted_at, const std::vector<std::string>& unclear);

/// MQTT 3.1.1 §3.1: what a probe sends.
struct ConnectFields {
  std::string_view client_id;
  std::string_view username;
  std::string_view password;
  std::uint16_t keep_alive_s = 60;
};
std::vector<std::uint8_t> encode_probe_connect(const ConnectFields& fields);

}  // namespace fleetsim::sim
