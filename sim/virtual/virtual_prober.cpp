#include "sim/virtual/virtual_prober.hpp"

#include <fmt/format.h>
#include <string>
#include <utility>
#include <vector>

#include "devicecore/signing.hpp"
#include "devicecore/workspace.hpp"

namespace fleetsim::sim {
namespace {

// A platform with documented limits takes five connects a minute per device: such a probe waits and asks again.
constexpr std::uint8_t connack_try_later = 3;
constexpr Duration throttled_wait = std::chrono::seconds{5};
constexpr std::uint32_t attempts_max = 20;
constexpr std::size_t devices_between_looks = 256;

class VirtualProber final : public Prober {
 public:
  VirtualProber(const Roster& roster, const RunRuntime& runtime, VirtualWorld& world)
      : roster_(roster), runtime_(runtime), world_(world), workspace_(std::make_unique<device::Workspace>()) {}

  std::string obstacle() override { return {}; }

  ProbeOutcome probe(const ProbedDevices& devices, const std::function<bool()>& go_on) override {
    std::vector<ProbeAnswers> answers(devices.positions.size());
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (i % devices_between_looks == 0 && !go_on()) return {};
      for (const VirtualEndpoint& endpoint : world_.endpoints().all()) {
        if (endpoint.kind != VirtualEndpoint::Kind::instance) continue;
        if (!ask(devices, devices.positions[i], endpoint, answers[i], go_on)) return {};
      }
    }
    return judge_probes(roster_, devices, std::move(answers));
  }

 private:
  /// False: the run is over.
  bool ask(const ProbedDevices& devices, std::size_t position, const VirtualEndpoint& endpoint, ProbeAnswers& answers,
           const std::function<bool()>& go_on) {
    const RosterEntry& entry = roster_.devices[position];
    device::DeviceConfig config = runtime_.group_configs[entry.group];
    config.mqtt_tls = endpoint.tls;
    config.credentials = device::CredentialStyle::device_secret;
    const auto identity =
        device::Identity::parse(roster_.product_key(position), roster_.device_name(position), devices.secret_of(roster_, position));
    workspace_->reset();
    const auto credentials = identity ? device::make_credentials(config, *identity, *workspace_) : std::nullopt;
    if (!credentials) {
      answers.unclear.push_back(endpoint.name + " (signing failed)");
      return true;
    }
    const std::vector<std::uint8_t> connect =
        encode_probe_connect({credentials->client_id, credentials->username, credentials->password, config.keep_alive_s});
    for (std::uint32_t attempt = 0; attempt < attempts_max; ++attempt) {
      const auto code = world_.platform().probe(endpoint.instance, {.address = entry.address, .tls = endpoint.tls}, connect);
      if (!code) answers.unclear.push_back(endpoint.name + " (no CONNACK)");
      if (code == std::uint8_t{0}) answers.accepted_at.push_back(endpoint.name);
      if (code != connack_try_later) return true;
      world_.pass(throttled_wait);
      if (!go_on()) return false;
    }
    answers.unclear.push_back(endpoint.name + " (throttled)");
    return true;
  }

  const Roster& roster_;
  const RunRuntime& runtime_;
  VirtualWorld& world_;
  std::unique_ptr<device::Workspace> workspace_;
};

}  // namespace

std::unique_ptr<Prober> make_virtual_prober(const Roster& roster, const RunRuntime& runtime, VirtualWorld& world) {
  return std::make_unique<VirtualProber>(roster, runtime, world);
}

}  // namespace fleetsim::sim
