#include "sim/config/misbehaviour_reader.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "platform-mock/core/misbehaviour/list.hpp"
#include "platform-mock/core/misbehaviour/rule_check.hpp"
#include "sim/config/platform_parts.hpp"
#include "sim/config/suggest.hpp"

namespace fleetsim::sim {
namespace {

using platform::misbehaviour::Calls;
using platform::misbehaviour::Kind;
using platform::misbehaviour::Parameter;
using platform::misbehaviour::ParameterType;
using platform::misbehaviour::Rule;

constexpr std::int64_t calls_max = 1'000'000'000;

const Kind* read_kind(MapReader& reader, Rule& rule) {
  if (reader.require("kind") == nullptr || !reader.text("kind", rule.kind)) return nullptr;
  const Kind* const kind = platform::misbehaviour::find_kind(rule.kind);
  if (kind != nullptr) return kind;
  std::vector<std::string_view> words;
  for (const Kind& known : platform::misbehaviour::kinds()) words.push_back(known.name);
  const std::string hint = suggest(rule.kind, words);
  reader.error(reader.at("kind"), "kind",
               fmt::format("no kind \"{}\"{}", rule.kind, hint.empty() ? "; known are " + join_choices(words) : hint));
  return nullptr;
}

void read_choice(MapReader& reader, const Parameter& parameter, Rule& rule) {
  std::string word;
  if (!reader.text(parameter.name, word)) return;
  if (std::find(parameter.choices.begin(), parameter.choices.end(), word) == parameter.choices.end()) {
    const std::vector<std::string_view> words(parameter.choices.begin(), parameter.choices.end());
    reader.error(reader.at(parameter.name), parameter.name, fmt::format("expected {}, found \"{}\"", join_choices(words), word));
    return;
  }
  rule.arguments.push_back({std::string{parameter.name}, word});
}

void read_parameter(MapReader& reader, const Parameter& parameter, Rule& rule) {
  switch (parameter.type) {
    case ParameterType::whole: {
      std::int64_t value = 0;
      if (reader.whole(parameter.name, value, {.min = parameter.min, .max = parameter.max}))
        rule.arguments.push_back({std::string{parameter.name}, value});
      break;
    }
    case ParameterType::duration: {
      Duration value{0};
      const DurationRange range{.min = std::chrono::milliseconds{parameter.min}, .max = std::chrono::milliseconds{parameter.max}};
      if (reader.duration(parameter.name, value, range)) rule.arguments.push_back({std::string{parameter.name}, value});
      break;
    }
    case ParameterType::text: {
      std::string value;
      if (reader.text(parameter.name, value, {.bytes_min = 1, .bytes_max = platform::misbehaviour::argument_text_bytes_max}))
        rule.arguments.push_back({std::string{parameter.name}, value});
      break;
    }
    case ParameterType::choice:
      read_choice(reader, parameter, rule);
      break;
  }
}

void read_calls(MapReader& reader, Rule& rule) {
  const Node* const node = reader.find("calls");
  if (node == nullptr) return;
  MapReader calls{*node, reader.path_of("calls"), reader.diagnostics()};
  const WholeRange range{.min = 1, .max = calls_max};
  std::uint32_t first = 0;
  std::uint32_t every = 0;
  Calls between;
  const bool has_first = calls.whole("first", first, range);
  const bool has_every = calls.whole("every", every, range);
  const bool has_from = calls.whole("from", between.first, range);
  const bool has_to = calls.whole("to", between.last, range);
  calls.finish();
  if ((calls.has("first") ? 1 : 0) + (calls.has("every") ? 1 : 0) + (calls.has("from") || calls.has("to") ? 1 : 0) != 1) {
    reader.error(node->at, "calls", "expected first, or every, or from and to");
    return;
  }
  if (has_first) rule.calls = platform::misbehaviour::first_calls(first);
  if (has_every) rule.calls = Calls{.every = every};
  if (has_from || has_to) rule.calls = between;
}

}  // namespace

Rule read_misbehaviour_rule(MapReader& reader) {
  Rule rule;
  const std::size_t errors_before = reader.diagnostics().errors();
  const Kind* const kind = read_kind(reader, rule);
  reader.text("name", rule.name, {.bytes_min = 1, .bytes_max = platform::misbehaviour::rule_name_bytes_max});
  reader.texts("devices", rule.devices);
  reader.share("share", rule.share);
  reader.text("endpoint", rule.endpoint);
  read_calls(reader, rule);
  reader.whole("times", rule.times, {.min = 1});
  reader.duration("lasts", rule.lasts, {.min = std::chrono::milliseconds{1}});
  if (kind == nullptr) return rule;
  for (const Parameter& parameter : kind->parameters) read_parameter(reader, parameter, rule);
  // What no reader above has seen.
  if (reader.diagnostics().errors() > errors_before) return rule;
  if (const auto problem = platform::misbehaviour::problem_of(rule))
    reader.diagnostics().error(problem->field.empty() ? reader.at() : reader.at(problem->field),
                               fmt::format("{}: {}", reader.path_of(problem->field.empty() ? "kind" : problem->field), problem->message));
  return rule;
}

void read_misbehaviour(MapReader& reader, platform::PlatformConfig& config) {
  const Node* const list = reader.find("misbehaviour");
  if (list == nullptr) return;
  if (list->kind != Node::Kind::sequence) {
    reader.error(list->at, "misbehaviour", fmt::format("expected a list of rules, found {}", show(*list)));
    return;
  }
  for (std::size_t i = 0; i < list->children.size(); ++i) {
    MapReader rule{list->children[i], fmt::format("{}[{}]", reader.path_of("misbehaviour"), i), reader.diagnostics()};
    config.misbehaviour.push_back(read_misbehaviour_rule(rule));
    rule.finish();
  }
}

}  // namespace fleetsim::sim
