#include "sim/sweep/fault_node.hpp"

#include <fmt/format.h>
#include <string>
#include <utility>
#include <variant>

#include "sim/config/units.hpp"
#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

/// Enough digits that the same parts come back.
std::string share_text(std::uint64_t parts) {
  const double share = static_cast<double>(parts) / static_cast<double>(share_whole);
  for (int digits = 1; digits < 17; ++digits) {
    std::string text = fmt::format("{:.{}g}", share, digits);
    if (const auto read = parse_share(text); read && parts_of_share(*read) == parts) return text;
  }
  return fmt::format("{:.17g}", share);
}

std::string value_text(const FaultParameter& parameter, std::int64_t value) {
  switch (parameter.type) {
    case FaultValue::duration:
      return value < 0 ? "-" + format_duration(Duration{-value}) : format_duration(Duration{value});
    case FaultValue::share:
      return share_text(static_cast<std::uint64_t>(value));
    case FaultValue::choice:
      return std::string{parameter.choices[static_cast<std::size_t>(value)]};
    case FaultValue::size:
    case FaultValue::whole:
      return std::to_string(value);
  }
  return {};
}

void add(Node& map, std::string_view key, std::string text) {
  Node value;
  value.kind = Node::Kind::scalar;
  value.key = key;
  value.text = std::move(text);
  map.children.push_back(std::move(value));
}

void add_list(Node& map, std::string_view key, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  Node list;
  list.kind = Node::Kind::sequence;
  list.key = key;
  for (const std::string& text : texts) {
    list.children.emplace_back();
    list.children.back().kind = Node::Kind::scalar;
    list.children.back().text = text;
  }
  map.children.push_back(std::move(list));
}

std::string_view leg_word(FaultLeg leg) {
  switch (leg) {
    case FaultLeg::both:
      return "both";
    case FaultLeg::bootstrap:
      return "bootstrap";
    case FaultLeg::mqtt:
      return "mqtt";
  }
  return "";
}

std::string_view direction_word(FaultDirection direction) {
  switch (direction) {
    case FaultDirection::both:
      return "both";
    case FaultDirection::up:
      return "up";
    case FaultDirection::down:
      return "down";
  }
  return "";
}

std::string text_of(const std::variant<std::int64_t, Duration, std::string>& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* time = std::get_if<Duration>(&value)) return format_duration(*time);
  return std::get<std::string>(value);
}

Node calls_node(const platform::misbehaviour::Calls& calls) {
  constexpr platform::misbehaviour::Calls all;
  Node map;
  map.kind = Node::Kind::map;
  map.key = "calls";
  if (calls.every != all.every) {
    add(map, "every", std::to_string(calls.every));
    return map;
  }
  add(map, "from", std::to_string(calls.first));
  if (calls.last != all.last) add(map, "to", std::to_string(calls.last));
  return map;
}

Node rule_node(const platform::misbehaviour::Rule& rule) {
  Node map;
  map.kind = Node::Kind::map;
  map.key = "rule";
  add(map, "kind", rule.kind);
  for (const platform::misbehaviour::Argument& argument : rule.arguments) add(map, argument.name, text_of(argument.value));
  if (rule.calls) map.children.push_back(calls_node(*rule.calls));
  if (rule.times != 0) add(map, "times", std::to_string(rule.times));
  return map;
}

}  // namespace

Node fault_node(const FaultSpec& fault) {
  Node map;
  map.kind = Node::Kind::map;
  add(map, "kind", fault.kind);
  if (!fault.name.empty()) add(map, "name", fault.name);
  if (const FaultKind* const kind = find_fault_kind(fault.kind)) {
    for (const FaultArgument& argument : fault.arguments)
      for (const FaultParameter& parameter : kind->parameters)
        if (parameter.name == argument.name) add(map, argument.name, value_text(parameter, argument.value));
  }
  if (fault.rule) map.children.push_back(rule_node(*fault.rule));
  add_list(map, "groups", fault.groups);
  add_list(map, "regions", fault.regions);
  if (fault.leg) add(map, "leg", std::string{leg_word(*fault.leg)});
  if (fault.direction) add(map, "direction", std::string{direction_word(*fault.direction)});
  if (fault.toxicity != share_whole) add(map, "toxicity", share_text(fault.toxicity));
  if (fault.per) add(map, "per", *fault.per == FaultDraw::link ? "link" : "device");
  if (fault.from != Duration{0}) add(map, "from", format_duration(fault.from));
  if (fault.until != fault_forever) add(map, "until", format_duration(fault.until));
  return map;
}

}  // namespace fleetsim::sim
