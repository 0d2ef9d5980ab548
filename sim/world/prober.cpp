#include "sim/world/prober.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "devicecore/identity.hpp"

namespace fleetsim::sim {
namespace {

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

ProbeOutcome judge_probes(const Roster& roster, const ProbedDevices& devices, std::vector<ProbeAnswers> answers) {
  ProbeOutcome outcome;
  outcome.devices = devices.positions.size();
  for (std::size_t i = 0; i < devices.positions.size(); ++i) {
    std::sort(answers[i].accepted_at.begin(), answers[i].accepted_at.end());
    std::string violation = judge_probe(roster.full_name(devices.positions[i]), answers[i].accepted_at, answers[i].unclear);
    outcome.answers.push_back({devices.positions[i], std::move(answers[i].accepted_at), std::move(answers[i].unclear)});
    if (violation.empty()) continue;
    if (++outcome.violations_total <= failures_listed_max) outcome.violations.push_back(std::move(violation));
  }
  return outcome;
}

}  // namespace fleetsim::sim
