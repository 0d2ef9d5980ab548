// Misbehaviour on demand: rules set, listed and deleted; the kinds there are.
#include <boost/json/array.hpp>

#include "platform-mock/core/console/console_operations.hpp"
#include "platform-mock/core/misbehaviour/engine.hpp"
#include "platform-mock/core/misbehaviour/list.hpp"

namespace fleetsim::platform::console {
namespace {

using misbehaviour::Argument;
using misbehaviour::Calls;
using misbehaviour::Kind;
using misbehaviour::Parameter;
using misbehaviour::ParameterType;
using misbehaviour::Rule;
using std::chrono::milliseconds;

constexpr std::string_view type_word(ParameterType type) {
  switch (type) {
    case ParameterType::whole:
      return "whole";
    case ParameterType::duration:
      return "duration";
    case ParameterType::text:
      return "text";
    case ParameterType::choice:
      return "choice";
  }
  return "";
}

/// Durations are in milliseconds here, as everywhere in this API, and say so in their name.
std::string json_name(const Parameter& parameter) {
  std::string name{parameter.name};
  return parameter.type == ParameterType::duration ? name + "_ms" : name;
}

boost::json::object json_of(const Calls& calls) {
  if (calls.every != 1) return {{"every", calls.every}};
  boost::json::object json{{"from", calls.first}};
  if (calls.last != Calls{}.last) json["to"] = calls.last;
  return json;
}

boost::json::object json_of(const misbehaviour::RuleView& view) {
  const Rule& rule = view.rule;
  boost::json::object arguments;
  for (const Argument& argument : rule.arguments) {
    if (const auto* const number = std::get_if<std::int64_t>(&argument.value)) arguments[argument.name] = *number;
    if (const auto* const text = std::get_if<std::string>(&argument.value)) arguments[argument.name] = *text;
    if (const auto* const duration = std::get_if<Duration>(&argument.value))
      arguments[argument.name + "_ms"] = std::chrono::duration_cast<milliseconds>(*duration).count();
  }
  boost::json::object json{{"name", rule.name}, {"kind", rule.kind}, {"arguments", std::move(arguments)}, {"share", rule.share}};
  if (!rule.devices.empty()) json["devices"] = boost::json::array(rule.devices.begin(), rule.devices.end());
  if (!rule.endpoint.empty()) json["endpoint"] = rule.endpoint;
  if (rule.calls && *rule.calls != Calls{}) json["calls"] = json_of(*rule.calls);
  if (rule.times > 0) json["times"] = rule.times;
  if (rule.lasts > Duration{0}) json["lasts_ms"] = std::chrono::duration_cast<milliseconds>(rule.lasts).count();
  json["asked"] = view.calls;
  json["fired"] = view.fired;
  json["over"] = view.over;
  return json;
}

/// How many of something there can be at all: more would be no count of ours.
std::uint32_t count_of(std::optional<std::uint64_t> number) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(number.value_or(0), std::numeric_limits<std::uint32_t>::max()));
}

std::optional<Duration> duration_of(JsonFields& fields, std::string_view name) {
  constexpr std::uint64_t year_ms = std::uint64_t{366} * 24 * 3600 * 1000;
  const auto number = fields.whole(name);
  if (!number) return std::nullopt;
  return milliseconds{static_cast<std::int64_t>(std::min(*number, year_ms))};
}

std::optional<ConsoleError> read_calls(const boost::json::object& json, Rule& rule) {
  JsonFields fields(json, "calls.");
  const auto first = fields.whole("first");
  const auto every = fields.whole("every");
  const auto from = fields.whole("from");
  const auto to = fields.whole("to");
  const int forms = (first ? 1 : 0) + (every ? 1 : 0) + (from || to ? 1 : 0);
  if (forms != 1) fields.mistake("first", "alone, or calls.every alone, or calls.from and calls.to");
  if (first) rule.calls = misbehaviour::first_calls(count_of(first));
  if (every) rule.calls = Calls{.every = count_of(every)};
  if (from || to) rule.calls = Calls{.first = from ? count_of(from) : 1, .last = to ? count_of(to) : Calls{}.last};
  return fields.finish();
}

std::optional<ConsoleError> read_arguments(const boost::json::object& json, const Kind& kind, Rule& rule) {
  JsonFields fields(json, "arguments.");
  for (const Parameter& parameter : kind.parameters) {
    const std::string name = json_name(parameter);
    if (!fields.has(name)) continue;
    switch (parameter.type) {
      case ParameterType::whole:
        if (const auto number = fields.whole(name))
          rule.arguments.push_back({std::string{parameter.name}, static_cast<std::int64_t>(*number)});
        break;
      case ParameterType::duration:
        if (const auto duration = duration_of(fields, name)) rule.arguments.push_back({std::string{parameter.name}, *duration});
        break;
      case ParameterType::text:
      case ParameterType::choice:
        rule.arguments.push_back({std::string{parameter.name}, fields.text(name)});
        break;
    }
  }
  return fields.finish();
}

Result<Rule, ConsoleError> read_rule(const boost::json::object& body) {
  JsonFields fields(body, "");
  Rule rule;
  rule.name = fields.text("name");
  rule.kind = fields.text("kind");
  rule.share = fields.number("share").value_or(1.0);
  rule.endpoint = fields.text("endpoint");
  rule.times = fields.whole("times").value_or(0);
  rule.lasts = duration_of(fields, "lasts_ms").value_or(Duration{0});
  if (const auto* const devices = fields.array("devices"))
    for (std::size_t i = 0; i < devices->size(); ++i) {
      const auto* const name = devices->at(i).if_string();
      if (name == nullptr) fields.mistake("devices[" + std::to_string(i) + "]", "a text");
      if (name != nullptr) rule.devices.emplace_back(*name);
    }
  const auto* const arguments = fields.object("arguments");
  const auto* const calls = fields.object("calls");
  if (auto wrong = fields.finish()) return fail(std::move(*wrong));
  if (calls != nullptr)
    if (auto wrong = read_calls(*calls, rule)) return fail(std::move(*wrong));
  const Kind* const kind = misbehaviour::find_kind(rule.kind);
  if (kind != nullptr && arguments != nullptr)
    if (auto wrong = read_arguments(*arguments, *kind, rule)) return fail(std::move(*wrong));
  return rule;
}

}  // namespace

ConsoleResult list_misbehaviour(ConsoleCall& call) {
  const misbehaviour::Engine& engine = call.platform.misbehaviour();
  boost::json::array rules;
  for (const misbehaviour::RuleView& view : engine.rules(call.now)) rules.push_back(json_of(view));
  return ConsoleContent{.json = {{"rules", std::move(rules)}, {"fired", engine.fired()}}};
}

ConsoleResult list_misbehaviour_kinds(ConsoleCall&) {
  boost::json::array kinds;
  for (const Kind& kind : misbehaviour::kinds()) {
    boost::json::array parameters;
    for (const Parameter& parameter : kind.parameters) {
      boost::json::object one{{"name", json_name(parameter)}, {"type", type_word(parameter.type)}, {"what", parameter.what}};
      if (parameter.standard_text.empty()) {
        one["standard"] = parameter.standard;
      } else {
        one["standard"] = parameter.standard_text;
      }
      if (!parameter.choices.empty()) one["choices"] = boost::json::array(parameter.choices.begin(), parameter.choices.end());
      parameters.push_back(std::move(one));
    }
    kinds.push_back(boost::json::object{{"name", kind.name}, {"summary", kind.summary}, {"parameters", std::move(parameters)}});
  }
  return ConsoleContent{.json = {{"kinds", std::move(kinds)}}};
}

ConsoleResult set_misbehaviour(ConsoleCall& call) {
  auto rule = read_rule(call.body);
  if (!rule) return fail(rule.error());
  misbehaviour::Engine& engine = call.platform.misbehaviour();
  const auto name = engine.add(std::move(*rule), call.now);
  if (!name) return fail(bad_parameter(name.error().message));
  return ConsoleContent{.status = 201, .json = json_of(engine.rules(call.now).back())};
}

ConsoleResult delete_misbehaviour(ConsoleCall& call) {
  if (!call.platform.misbehaviour().remove(call.parts[0]))
    return fail(not_found("iot.system.IllegalRequest", "there is no misbehaviour \"" + call.parts[0].substr(0, 64) + "\""));
  return ConsoleContent{.json = {{"deleted", call.parts[0]}}};
}

ConsoleResult delete_all_misbehaviour(ConsoleCall& call) {
  return ConsoleContent{.json = {{"deleted", call.platform.misbehaviour().remove_all()}}};
}

}  // namespace fleetsim::platform::console
