#include "sim/live/probe.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <fmt/format.h>
#include <poll.h>

#include "devicecore/identity.hpp"
#include "devicecore/signing.hpp"
#include "devicecore/workspace.hpp"
#include "sim/live/openssl_client_engine.hpp"
#include "sim/live/probe_connection.hpp"
#include "sim/live/proxy_header.hpp"

namespace fleetsim::sim {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t probes_in_flight_max = 128;
constexpr std::chrono::seconds probe_timeout{10};
constexpr int poll_timeout_ms = 50;
// A platform with documented limits takes five connects a minute per device: such a probe waits and asks again.
constexpr std::uint8_t connack_try_later = 3;
constexpr std::chrono::seconds throttled_wait{5};
constexpr std::uint32_t attempts_max = 20;
constexpr std::uint16_t proxy_source_port = 40000;

/// One question: does this instance accept this device?
struct Question {
  std::size_t device = 0;  // into the list of devices probed
  std::size_t target = 0;
  std::uint32_t attempts = 0;
  Clock::time_point not_before{};
};

class SocketProbes {
 public:
  SocketProbes(const Roster& roster, const RunRuntime& runtime, const std::vector<ProbeTarget>& targets, const ProbedDevices& devices)
      : roster_(roster),
        runtime_(runtime),
        devices_(devices.positions),
        probed_(devices),
        answers_(devices_.size()),
        workspace_(std::make_unique<device::Workspace>()),
        targets_(targets) {
    if (auto tls = OpenSslClientContext::make(runtime.ca_pem)) tls_ = std::move(*tls);
    for (std::size_t d = 0; d < devices_.size(); ++d) {
      for (std::size_t t = 0; t < targets_.size(); ++t) waiting_.push_back({d, t, 0, {}});
    }
  }

  /// False: stopped before the end.
  bool run(const std::function<bool()>& go_on) {
    while (!waiting_.empty() || !running_.empty()) {
      if (!go_on()) return false;
      fill();
      wait();
      collect();
    }
    return true;
  }

  std::vector<ProbeAnswers> take_answers() { return std::move(answers_); }

 private:
  struct Running {
    Question question;
    std::unique_ptr<ProbeConnection> connection;
  };

  void fill() {
    const Clock::time_point now = Clock::now();
    // Throttled questions go to the back of the queue, so once one is not due, those behind it are not worth a look yet.
    while (running_.size() < probes_in_flight_max && !waiting_.empty() && waiting_.front().not_before <= now) {
      const Question question = waiting_.front();
      waiting_.pop_front();
      ask(question);
    }
  }

  void ask(const Question& question) {
    const std::size_t position = devices_[question.device];
    const RosterEntry& entry = roster_.devices[position];
    const ProbeTarget& target = targets_[question.target];
    device::DeviceConfig config = runtime_.group_configs[entry.group];
    config.mqtt_tls = target.tls;
    config.credentials = device::CredentialStyle::device_secret;
    const auto identity =
        device::Identity::parse(roster_.product_key(position), roster_.device_name(position), probed_.secret_of(roster_, position));
    workspace_->reset();
    const auto credentials = identity ? device::make_credentials(config, *identity, *workspace_) : std::nullopt;
    if (!credentials) {
      answers_[question.device].unclear.push_back(target.instance + " (signing failed)");
      return;
    }
    std::vector<std::uint8_t> preface;
    if (target.wants_proxy) {
      std::array<std::uint8_t, proxy_header_bytes_max> room{};
      const ByteView header = write_proxy_header({entry.address, proxy_source_port}, {target.address, target.port}, room);
      preface.assign(header.begin(), header.end());
    }
    Running running{question, std::make_unique<ProbeConnection>()};
    running.connection->begin(
        target, entry.address, std::move(preface),
        encode_probe_connect({credentials->client_id, credentials->username, credentials->password, config.keep_alive_s}), tls_.get());
    running_.push_back(std::move(running));
  }

  void wait() {
    polled_.clear();
    bool ready = false;
    for (const Running& running : running_) {
      ready = ready || running.connection->done();
      polled_.push_back({running.connection->descriptor(), running.connection->wanted_events(), 0});
    }
    if (!ready) ::poll(polled_.data(), polled_.size(), poll_timeout_ms);
    const Clock::time_point now = Clock::now();
    for (std::size_t i = 0; i < running_.size(); ++i) {
      ProbeConnection& connection = *running_[i].connection;
      if (polled_[i].revents != 0) connection.advance();
      if (now - connection.started() > probe_timeout) connection.give_up("no answer in time");
    }
  }

  void collect() {
    for (std::size_t i = 0; i < running_.size();) {
      if (!running_[i].connection->done()) {
        ++i;
        continue;
      }
      note(running_[i].question, running_[i].connection->result());
      std::swap(running_[i], running_.back());
      running_.pop_back();
    }
  }

  void note(Question question, const ProbeResult& result) {
    ProbeAnswers& answers = answers_[question.device];
    const std::string& instance = targets_[question.target].instance;
    if (!result.connack) {
      answers.unclear.push_back(fmt::format("{} ({})", instance, result.problem));
    } else if (*result.connack == 0) {
      answers.accepted_at.push_back(instance);
    } else if (*result.connack == connack_try_later) {
      if (++question.attempts == attempts_max) {
        answers.unclear.push_back(fmt::format("{} (throttled)", instance));
        return;
      }
      question.not_before = Clock::now() + throttled_wait;
      waiting_.push_back(question);
    }
  }

  const Roster& roster_;
  const RunRuntime& runtime_;
  const std::vector<std::size_t>& devices_;
  const ProbedDevices& probed_;
  std::vector<ProbeAnswers> answers_;
  std::unique_ptr<device::Workspace> workspace_;
  const std::vector<ProbeTarget>& targets_;
  std::unique_ptr<OpenSslClientContext> tls_;
  std::deque<Question> waiting_;
  std::vector<Running> running_;
  std::vector<pollfd> polled_;
};

}  // namespace

std::vector<ProbeTarget> probe_targets(RunPlatform& platform) {
  std::vector<ProbeTarget> targets;
  for (const platform::Endpoint& endpoint : platform.host().endpoints()) {
    const auto address = IpAddress::parse(endpoint.address);
    if (endpoint.name == "bootstrap" || !address) continue;
    const auto& instances = platform.config().instances;
    const auto config = std::find_if(instances.begin(), instances.end(), [&](const auto& i) { return i.id.view() == endpoint.name; });
    const bool wants_proxy = config != instances.end() && config->mqtt.proxy_protocol == platform::ProxyProtocol::required;
    targets.push_back({endpoint.name, endpoint.address, *address, endpoint.port, !endpoint.plain, wants_proxy});
  }
  return targets;
}

ProbeOutcome probe_fleet(const Roster& roster, const RunRuntime& runtime, const std::vector<ProbeTarget>& targets,
                         const ProbedDevices& devices, const std::function<bool()>& go_on) {
  SocketProbes probes(roster, runtime, targets, devices);
  // A probe that was stopped half way proves nothing about anyone.
  if (!probes.run(go_on)) return {};
  return judge_probes(roster, devices, probes.take_answers());
}

namespace {

class SocketProber final : public Prober {
 public:
  SocketProber(const Roster& roster, const RunRuntime& runtime, RunPlatform* platform)
      : roster_(roster), runtime_(runtime), platform_(platform) {}

  std::string obstacle() override {
    const auto targets = where();
    return targets ? std::string{} : targets.error();
  }

  ProbeOutcome probe(const ProbedDevices& devices, const std::function<bool()>& go_on) override {
    const auto targets = where();
    if (targets) return probe_fleet(roster_, runtime_, *targets, devices, go_on);
    ProbeOutcome outcome;
    outcome.error = targets.error();
    return outcome;
  }

 private:
  Result<std::vector<ProbeTarget>, std::string> where() {
    if (platform_ != nullptr) return probe_targets(*platform_);
    std::vector<ProbeTarget> targets;
    for (const ExternalInstance& instance : runtime_.scenario->external.instances) {
      const auto known = runtime_.hosts.find(instance.host);
      const auto address = known == runtime_.hosts.end() ? IpAddress::parse(instance.host) : std::optional{known->second};
      if (!address) return fail(fmt::format("cannot resolve {}", instance.host));
      targets.push_back({instance.id, instance.host, *address, instance.port, instance.tls, false});
    }
    if (targets.empty()) return fail(std::string("world external names one endpoint: external.instances would say which to compare"));
    return targets;
  }

  const Roster& roster_;
  const RunRuntime& runtime_;
  RunPlatform* platform_;
};

}  // namespace

std::unique_ptr<Prober> make_socket_prober(const Roster& roster, const RunRuntime& runtime, RunPlatform* platform) {
  return std::make_unique<SocketProber>(roster, runtime, platform);
}

}  // namespace fleetsim::sim
