#include "platform-mock/core/misbehaviour/rule_check.hpp"

#include <algorithm>
#include <utility>

#include "platform-mock/core/misbehaviour/list.hpp"

namespace fleetsim::platform::misbehaviour {
namespace {

bool is_word(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

/// "pk/dn", "pk/prefix*", "pk/*", "*".
bool is_pattern(std::string_view text) {
  if (text == "*") return true;
  const std::size_t star = text.find('*');
  return text.find('/') != std::string_view::npos && text.size() <= 2 * rule_name_bytes_max &&
         (star == std::string_view::npos || star + 1 == text.size());
}

RuleProblem wrong(std::string_view field, std::string message) { return {std::string{field}, std::move(message)}; }

std::optional<RuleProblem> problem_of_kind(const Rule& rule, const Kind& kind) {
  const auto arguments = Arguments::resolve(kind.parameters, rule.arguments);
  if (!arguments) return wrong("", arguments.error());
  const std::size_t about = kind.behaviour.index();
  const bool nobody = about == situation_index<TlsHandshake>() || about == situation_index<JobDevice>();
  if (nobody && !rule.devices.empty())
    return wrong("devices", "devices cannot be chosen for " + std::string{kind.name} +
                                (about == situation_index<JobDevice>() ? ": it befalls jobs" : ": nobody knows yet whose handshake it is"));
  const bool at_bootstrap = about == situation_index<BootstrapAnswer>() || about == situation_index<TlsHandshake>();
  if (rule.endpoint == bootstrap_endpoint && !at_bootstrap)
    return wrong("endpoint", "endpoint: " + std::string{kind.name} + " does not happen at the bootstrap endpoint");
  if (!rule.endpoint.empty() && rule.endpoint != bootstrap_endpoint && about == situation_index<BootstrapAnswer>())
    return wrong("endpoint", "endpoint: " + std::string{kind.name} + " happens at the bootstrap endpoint only");
  return std::nullopt;
}

}  // namespace

std::optional<RuleProblem> problem_of(const Rule& rule) {
  if (rule.name.size() > rule_name_bytes_max || !is_word(rule.name)) return wrong("name", "name must be 1 to 64 of A-Z a-z 0-9 - _ .");
  const Kind* const kind = find_kind(rule.kind);
  if (kind == nullptr) return wrong("kind", "there is no kind \"" + rule.kind.substr(0, 64) + "\"");
  if (!(rule.share > 0 && rule.share <= 1)) return wrong("share", "share must be above 0 and at most 1");
  if (rule.devices.size() > device_patterns_max) return wrong("devices", "devices must be at most " + std::to_string(device_patterns_max));
  for (const std::string& pattern : rule.devices)
    if (!is_pattern(pattern))
      return wrong("devices", "devices must be like productKey/deviceName or productKey/meter-*, not \"" + pattern.substr(0, 64) + "\"");
  if (rule.calls && (rule.calls->first == 0 || rule.calls->every == 0 || rule.calls->last < rule.calls->first))
    return wrong("calls", "calls must be counted from 1, from a smaller to a larger number");
  if (rule.lasts < Duration{0}) return wrong("lasts", "lasts must not be negative");
  return problem_of_kind(rule, *kind);
}

}  // namespace fleetsim::platform::misbehaviour
