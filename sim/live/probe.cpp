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

struct Answers {
  std::vector<std::string> accepted_at;
  std::vector<std::string> unclear;
};

class Prober {
 public:
  Prober(const Roster& roster, const LiveRuntime& runtime, const std::vector<ProbeTarget>& targets, const ProbedDevices& devices)
      : roster_(roster),
        runtime_(runtime),
        devices_(devices.positions),
        told_secrets_(devices.told_secrets),
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

  const std::vector<Answers>& answers() const { return answers_; }

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
    const DeviceSpec& spec = roster_.devices[devices_[question.device]];
    const ProbeTarget& target = targets_[question.target];
    device::DeviceConfig config = runtime_.group_configs[spec.group];
    config.mqtt_tls = target.tls;
    config.credentials = device::CredentialStyle::device_secret;
    const auto identity =
        device::Identity::parse(spec.identity.product_key(), spec.identity.device_name(), secret_of(devices_[question.device]));
    workspace_->reset();
    const auto credentials = identity ? device::make_credentials(config, *identity, *workspace_) : std::nullopt;
    if (!credentials) {
      answers_[question.device].unclear.push_back(target.instance + " (signing failed)");
      return;
    }
    std::vector<std::uint8_t> preface;
    if (target.wants_proxy) {
      std::array<std::uint8_t, proxy_header_bytes_max> room{};
      const ByteView header = write_proxy_header({spec.address, proxy_source_port}, {target.address, target.port}, room);
      preface.assign(header.begin(), header.end());
    }
    Running running{question, std::make_unique<ProbeConnection>()};
    running.connection->begin(
        target, spec.address, std::move(preface),
        encode_probe_connect({credentials->client_id, credentials->username, credentials->password, config.keep_alive_s}), tls_.get());
    running_.push_back(std::move(running));
  }

  std::string_view secret_of(std::size_t position) const {
    const auto told = told_secrets_.find(position);
    return told == told_secrets_.end() ? roster_.registered_secret(position) : std::string_view{told->second};
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
    Answers& answers = answers_[question.device];
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
  const LiveRuntime& runtime_;
  const std::vector<std::size_t>& devices_;
  const std::map<std::size_t, std::string>& told_secrets_;
  std::vector<Answers> answers_;
  std::unique_ptr<device::Workspace> workspace_;
  const std::vector<ProbeTarget>& targets_;
  std::unique_ptr<OpenSslClientContext> tls_;
  std::deque<Question> waiting_;
  std::vector<Running> running_;
  std::vector<pollfd> polled_;
};

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void put_text(std::vector<std::uint8_t>& out, std::string_view text) {
  out.push_back(static_cast<std::uint8_t>(text.size() >> 8));
  out.push_back(static_cast<std::uint8_t>(text.size() & 0xff));
  out.insert(out.end(), text.begin(), text.end());
}

}  // namespace

std::vector<std::uint8_t> encode_probe_connect(const ConnectFields& fields) {
  std::vector<std::uint8_t> body;
  put_text(body, "MQTT");
  body.push_back(4);     // protocol level, §3.1.2.2
  body.push_back(0xc2);  // user name, password, clean session, §3.1.2.3
  body.push_back(static_cast<std::uint8_t>(fields.keep_alive_s >> 8));
  body.push_back(static_cast<std::uint8_t>(fields.keep_alive_s & 0xff));
  put_text(body, fields.client_id);
  put_text(body, fields.username);
  put_text(body, fields.password);
  std::vector<std::uint8_t> packet{0x10};
  for (std::size_t rest = body.size();;) {  // remaining length, §2.2.3
    const auto digit = static_cast<std::uint8_t>(rest % 128);
    rest /= 128;
    packet.push_back(static_cast<std::uint8_t>(digit | (rest > 0 ? 0x80 : 0)));
    if (rest == 0) break;
  }
  packet.insert(packet.end(), body.begin(), body.end());
  return packet;
}

std::string judge_probe(std::string_view device, const std::vector<std::string>& accepted_at, const std::vector<std::string>& unclear) {
  if (accepted_at.size() > 1) return fmt::format("{}: accepted at {} instances: {}", device, accepted_at.size(), joined(accepted_at));
  if (!unclear.empty()) return fmt::format("{}: no clear answer from {}", device, joined(unclear));
  if (accepted_at.empty()) return fmt::format("{}: accepted at no instance", device);
  return {};
}

std::vector<ProbeTarget> probe_targets(LivePlatform& platform) {
  std::vector<ProbeTarget> targets;
  for (const platform::Endpoint& endpoint : platform.server().endpoints()) {
    const auto address = IpAddress::parse(endpoint.address);
    if (endpoint.name == "bootstrap" || !address) continue;
    const auto& instances = platform.config().instances;
    const auto config = std::find_if(instances.begin(), instances.end(), [&](const auto& i) { return i.id.view() == endpoint.name; });
    const bool wants_proxy = config != instances.end() && config->mqtt.proxy_protocol == platform::ProxyProtocol::required;
    targets.push_back({endpoint.name, endpoint.address, *address, endpoint.port, !endpoint.plain, wants_proxy});
  }
  return targets;
}

ProbeOutcome probe_fleet(const Roster& roster, const LiveRuntime& runtime, const std::vector<ProbeTarget>& targets,
                         const ProbedDevices& devices, const std::function<bool()>& go_on) {
  ProbeOutcome outcome;
  Prober prober(roster, runtime, targets, devices);
  // A probe that was stopped half way proves nothing about anyone.
  if (!prober.run(go_on)) return outcome;
  outcome.devices = devices.positions.size();
  for (std::size_t i = 0; i < devices.positions.size(); ++i) {
    const device::Identity& identity = roster.devices[devices.positions[i]].identity;
    std::vector<std::string> accepted = prober.answers()[i].accepted_at;
    std::sort(accepted.begin(), accepted.end());
    std::string violation =
        judge_probe(fmt::format("{}/{}", identity.product_key(), identity.device_name()), accepted, prober.answers()[i].unclear);
    if (violation.empty()) continue;
    if (++outcome.violations_total <= failures_listed_max) outcome.violations.push_back(std::move(violation));
  }
  return outcome;
}

}  // namespace fleetsim::sim
