// The oracle from outside: CONNECTs with valid credentials at every instance of the platform, for every device. It knows neither the
// registry nor the fleet's code paths; exactly one instance may accept each device. How it gets its bytes there is the world's own.
//
//   ProbeOutcome outcome = prober.probe({positions, told_secrets}, [] { return !stopped; });
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/steps/step_host.hpp"
#include "sim/world/fleet_identities.hpp"

namespace fleetsim::sim {

/// Positions in the roster, those still in handover not among them; and the secrets of those that came to the platform by themselves, as it
/// tells them. Never log them.
struct ProbedDevices {
  std::vector<std::size_t> positions;
  std::map<std::size_t, std::string> told_secrets;

  std::string secret_of(const Roster& roster, std::size_t position) const {
    const auto told = told_secrets.find(position);
    return told == told_secrets.end() ? roster.registered_secret(position) : told->second;
  }
};

class Prober {
 public:
  virtual ~Prober() = default;

  /// Why nothing can be probed; empty: it can.
  virtual std::string obstacle() = 0;
  /// `go_on` is asked a few times a second of the host's time. A probe that was stopped half way proves nothing: no devices.
  virtual ProbeOutcome probe(const ProbedDevices& devices, const std::function<bool()>& go_on) = 0;
};

/// What every instance said to one device.
struct ProbeAnswers {
  std::vector<std::string> accepted_at;
  std::vector<std::string> unclear;
};

/// One device as the oracle sees it. Empty text: exactly one instance accepted it.
std::string judge_probe(std::string_view device, const std::vector<std::string>& accepted_at, const std::vector<std::string>& unclear);
/// All of them; `answers` in the order of `devices.positions`.
ProbeOutcome judge_probes(const Roster& roster, const ProbedDevices& devices, std::vector<ProbeAnswers> answers);

/// MQTT 3.1.1 §3.1: what a probe sends.
struct ConnectFields {
  std::string_view client_id;
  std::string_view username;
  std::string_view password;
  std::uint16_t keep_alive_s = 60;
};
std::vector<std::uint8_t> encode_probe_connect(const ConnectFields& fields);

}  // namespace fleetsim::sim
