// `faults:` of a scenario and the step inject: kind, where, when, to how many, and the kind's own settings beside them.
#include <algorithm>
#include <fmt/format.h>

#include "platform-mock/core/misbehaviour/rule_check.hpp"
#include "sim/config/misbehaviour_reader.hpp"
#include "sim/config/suggest.hpp"
#include "sim/config/units.hpp"
#include "sim/faults/fault_check.hpp"
#include "sim/faults/list.hpp"
#include "sim/scenario/scenario_parts.hpp"
#include "sim/scenario/scenario_words.hpp"

namespace fleetsim::sim {
namespace {

constexpr Choice<FaultLeg> fault_legs[] = {{"both", FaultLeg::both}, {"bootstrap", FaultLeg::bootstrap}, {"mqtt", FaultLeg::mqtt}};
constexpr Choice<FaultDirection> fault_directions[] = {
    {"both", FaultDirection::both}, {"up", FaultDirection::up}, {"down", FaultDirection::down}};
constexpr Choice<FaultDraw> fault_draws[] = {{"link", FaultDraw::link}, {"device", FaultDraw::device}};

class FaultReader {
 public:
  FaultReader(MapReader& reader, ScenarioContext& context) : reader_(reader), context_(context) {}

  FaultSpec read() {
    FaultSpec spec;
    note("kind", reader_.require("kind") != nullptr && reader_.text("kind", spec.kind));
    note("name", reader_.text("name", spec.name, {.bytes_min = 1, .bytes_max = fault_name_bytes_max}));
    note("groups", reader_.texts("groups", spec.groups));
    note("regions", reader_.texts("regions", spec.regions));
    read_choice("leg", spec.leg, fault_legs);
    read_choice("direction", spec.direction, fault_directions);
    double toxicity = 1;
    note("toxicity", reader_.share("toxicity", toxicity));
    spec.toxicity = parts_of_share(toxicity);
    read_choice("per", spec.per, fault_draws);
    read_window(spec);
    if (const FaultKind* const kind = find_fault_kind(spec.kind))
      for (const FaultParameter& parameter : kind->parameters) read_parameter(parameter, spec);
    read_rule(spec);
    tell_problems(spec);
    return spec;
  }

 private:
  /// A value that could not be read has its error: nothing more is said of it.
  void note(std::string_view key, bool was_read) {
    if (!was_read && (reader_.has(key) || key == "kind")) wrong_.emplace_back(key);
  }

  template <class Enum, std::size_t n>
  void read_choice(std::string_view key, std::optional<Enum>& out, const Choice<Enum> (&choices)[n]) {
    Enum value{};
    const bool was_read = reader_.choice(key, value, choices);
    note(key, was_read);
    if (was_read) out = value;
  }

  void read_window(FaultSpec& spec) {
    Duration duration{0};
    note("from", reader_.duration("from", spec.from));
    note("until", reader_.duration("until", spec.until));
    const bool has_duration = reader_.duration("duration", duration, {.min = Duration{1}});
    if (reader_.has("duration") && !has_duration) wrong_.emplace_back("until");
    if (has_duration && reader_.has("until"))
      reader_.error(reader_.at("duration"), "duration", "until or duration, not both");
    else if (has_duration)
      spec.until = spec.from + duration;
  }

  void read_rule(FaultSpec& spec) {
    const Node* const node = reader_.find("rule");
    if (node == nullptr) return;
    MapReader rule{*node, reader_.path_of("rule"), reader_.diagnostics()};
    const std::size_t errors_before = reader_.diagnostics().errors();
    spec.rule = read_misbehaviour_rule(rule);
    rule.finish();
    note("rule", reader_.diagnostics().errors() == errors_before);
  }

  void read_parameter(const FaultParameter& parameter, FaultSpec& spec) {
    std::int64_t value = 0;
    const bool was_read = read_value(parameter, value);
    note(parameter.name, was_read);
    if (was_read) spec.arguments.push_back({std::string{parameter.name}, value});
  }

  bool read_value(const FaultParameter& parameter, std::int64_t& out) {
    const WholeRange range{.min = parameter.min, .max = parameter.max};
    switch (parameter.type) {
      case FaultValue::duration:
        return parameter.min < 0 ? read_signed_duration(parameter, out) : read_duration(parameter, out);
      case FaultValue::size:
        return reader_.size(parameter.name, out, range);
      case FaultValue::share: {
        double share = 0;
        if (!reader_.share(parameter.name, share)) return false;
        out = static_cast<std::int64_t>(parts_of_share(share));
        return true;
      }
      case FaultValue::whole:
        return reader_.whole(parameter.name, out, range);
      case FaultValue::choice:
        return read_word(parameter, out);
    }
    return false;
  }

  bool read_duration(const FaultParameter& parameter, std::int64_t& out) {
    Duration value{0};
    if (!reader_.duration(parameter.name, value, {.min = Duration{parameter.min}, .max = Duration{parameter.max}})) return false;
    out = value.count();
    return true;
  }

  bool read_signed_duration(const FaultParameter& parameter, std::int64_t& out) {
    std::string text;
    if (!reader_.text(parameter.name, text)) return false;
    const bool is_negative = text.starts_with('-');
    const std::optional<Duration> value = parse_duration(std::string_view{text}.substr(is_negative ? 1 : 0));
    if (!value) {
      reader_.error(reader_.at(parameter.name), parameter.name,
                    fmt::format("expected a duration such as 300ms, 1h or -20s, found \"{}\"", text));
      return false;
    }
    out = is_negative ? -value->count() : value->count();
    return true;
  }

  bool read_word(const FaultParameter& parameter, std::int64_t& out) {
    std::string word;
    if (!reader_.text(parameter.name, word)) return false;
    const auto found = std::find(parameter.choices.begin(), parameter.choices.end(), word);
    if (found != parameter.choices.end()) {
      out = found - parameter.choices.begin();
      return true;
    }
    const std::vector<std::string_view> words(parameter.choices.begin(), parameter.choices.end());
    reader_.error(reader_.at(parameter.name), parameter.name,
                  fmt::format("expected {}, found \"{}\"{}", join_choices(words), word, suggest(word, words)));
    return false;
  }

  void tell_problems(const FaultSpec& spec) {
    for (const FaultProblem& problem : problems_of(spec, fault_places(context_.scenario))) {
      if (std::find(wrong_.begin(), wrong_.end(), problem.field) != wrong_.end()) continue;
      const bool as_duration = problem.field == "until" && !reader_.has("until") && reader_.has("duration");
      const std::string_view field = as_duration ? std::string_view{"duration"} : std::string_view{problem.field};
      reader_.error(reader_.at(field), field, problem.message);
    }
    const FaultKind* const kind = find_fault_kind(spec.kind);
    if (kind == nullptr) return;
    tell_rule(spec);
    if (kind->target != FaultTarget::platform_rule && kind->target != FaultTarget::platform_crash) tell_paho(spec);
    if (context_.scenario.world != WorldKind::external) return;
    if (kind->target == FaultTarget::platform_crash)
      reader_.error(reader_.at("kind"), "kind", "the platform of world external is not ours to crash");
    if (kind->target == FaultTarget::platform_rule && context_.scenario.external.management.host.empty())
      reader_.error(reader_.at("kind"), "kind",
                    "this fault goes through the platform's console: describe its endpoint in external.management");
  }

  /// Not every rule can be about some devices, or some endpoints.
  void tell_rule(const FaultSpec& spec) {
    if (!spec.rule || std::find(wrong_.begin(), wrong_.end(), "rule") != wrong_.end()) return;
    platform::misbehaviour::Rule whole = *spec.rule;
    if (!spec.groups.empty()) whole.devices = {"a/b"};
    if (!spec.regions.empty()) whole.endpoint = "an-instance";
    const auto problem = platform::misbehaviour::problem_of(whole);
    if (!problem) return;
    const std::string_view field = problem->field == "devices" ? "groups" : problem->field == "endpoint" ? "regions" : "rule";
    if (reader_.has(field)) reader_.error(reader_.at(field), field, problem->message);
  }

  /// Paho opens sockets of its own, and lives by the host's clock.
  void tell_paho(const FaultSpec& spec) {
    for (const FleetGroup& group : context_.scenario.groups) {
      if (group.transport != Transport::paho) continue;
      if (std::find(spec.groups.begin(), spec.groups.end(), group.name) != spec.groups.end())
        reader_.error(reader_.at("groups"), "groups", fmt::format("{} has transport: paho, which such a fault does not reach", group.name));
      else if (spec.groups.empty())
        context_.diagnostics.warning(
            reader_.at("kind"), fmt::format("{}: it does not reach {}, which has transport: paho", reader_.path_of("kind"), group.name));
    }
  }

  MapReader& reader_;
  ScenarioContext& context_;
  std::vector<std::string> wrong_;
};

/// A fault without a name has its kind's, with a number when that is taken; one name for two faults is a mistake.
void settle_name(MapReader& reader, const ScenarioContext& context, FaultSpec& spec) {
  const std::vector<std::string> taken = known_faults(context);
  const auto is_taken = [&taken](const std::string& name) { return std::find(taken.begin(), taken.end(), name) != taken.end(); };
  if (!spec.name.empty()) {
    if (is_taken(spec.name)) reader.error(reader.at("name"), "name", fmt::format("a fault \"{}\" is there already", spec.name));
    return;
  }
  spec.name = spec.kind;
  for (int number = 2; is_taken(spec.name); ++number) spec.name = fmt::format("{}-{}", spec.kind, number);
}

}  // namespace

std::vector<std::string> known_faults(const ScenarioContext& context) {
  std::vector<std::string> names;
  for (const FaultSpec& fault : context.scenario.faults) names.push_back(fault.name);
  for (const Step& step : context.scenario.steps)
    if (const auto* const inject = std::get_if<InjectStep>(&step.action)) names.push_back(inject->fault.name);
  return names;
}

bool is_platform_fault(const ScenarioContext& context, std::string_view name) {
  const auto is_one = [name](const FaultSpec& fault) {
    const FaultKind* const kind = find_fault_kind(fault.kind);
    return fault.name == name && kind != nullptr && kind->target == FaultTarget::platform_rule;
  };
  const auto injects = [&](const Step& step) {
    const auto* const inject = std::get_if<InjectStep>(&step.action);
    return inject != nullptr && is_one(inject->fault);
  };
  return std::any_of(context.scenario.faults.begin(), context.scenario.faults.end(), is_one) ||
         std::any_of(context.scenario.steps.begin(), context.scenario.steps.end(), injects);
}

void read_faults(MapReader& reader, ScenarioContext& context) {
  const Node* const list = reader.find("faults");
  if (list == nullptr) return;
  if (list->kind != Node::Kind::sequence || list->children.size() > faults_max) {
    reader.error(list->at, "faults", fmt::format("expected a list of at most {} faults, found {}", faults_max, show(*list)));
    return;
  }
  for (std::size_t i = 0; i < list->children.size(); ++i) {
    const Node item = map_of_one(list->children[i], "kind");
    MapReader fault{item, fmt::format("faults[{}]", i), reader.diagnostics()};
    FaultSpec spec = FaultReader(fault, context).read();
    settle_name(fault, context, spec);
    fault.finish();
    context.scenario.faults.push_back(std::move(spec));
  }
}

StepAction read_inject(MapReader& step, ScenarioContext& context) {
  InjectStep out{.fault = FaultReader(step, context).read()};
  settle_name(step, context, out.fault);
  return out;
}

std::vector<ScenarioWord> fault_words() {
  std::vector<ScenarioWord> words;
  for (const FaultKind& kind : fault_kinds()) {
    words.push_back({kind.name, kind.summary, {}});
    for (const FaultParameter& parameter : kind.parameters)
      words.back().settings.push_back({.key = std::string{parameter.name}, .words = {parameter.choices.begin(), parameter.choices.end()}});
  }
  return words;
}

}  // namespace fleetsim::sim
