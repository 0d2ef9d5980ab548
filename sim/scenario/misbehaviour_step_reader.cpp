// The steps about what the platform does wrong: misbehave, heal.
#include <algorithm>
#include <fmt/format.h>

#include "sim/config/misbehaviour_reader.hpp"
#include "sim/scenario/scenario_parts.hpp"

namespace fleetsim::sim {
namespace {

/// Names of rules that stand before this step: in the platform's list and in misbehave steps.
std::vector<std::string> known_rules(const ScenarioContext& context) {
  std::vector<std::string> names;
  const auto add = [&names](const platform::misbehaviour::Rule& rule) { names.push_back(rule.name.empty() ? rule.kind : rule.name); };
  if (context.platform != nullptr)
    for (const auto& rule : context.platform->misbehaviour) add(rule);
  for (const auto& rule : context.scenario.external.misbehaviour) add(rule);
  for (const Step& step : context.scenario.steps)
    if (const auto* const misbehave = std::get_if<MisbehaveStep>(&step.action)) add(misbehave->rule);
  return names;
}

/// Whether only faults of links and devices are meant, which nobody else has to be told of.
bool is_ours_alone(const ScenarioContext& context, const HealStep& heal) {
  const auto faults = known_faults(context);
  if (heal.names.empty()) {
    const auto is_told = [&](const std::string& name) { return is_platform_fault(context, name); };
    return !faults.empty() && known_rules(context).empty() && std::none_of(faults.begin(), faults.end(), is_told);
  }
  return std::all_of(heal.names.begin(), heal.names.end(), [&](const std::string& name) {
    return std::find(faults.begin(), faults.end(), name) != faults.end() && !is_platform_fault(context, name);
  });
}

/// In world external such a step needs somebody to tell.
void needs_a_console(MapReader& step, const ScenarioContext& context, std::string_view key) {
  if (context.scenario.world == WorldKind::external && context.scenario.external.management.host.empty())
    step.error(step.at(), key, "this step goes through the platform's console: describe its endpoint in external.management");
}

}  // namespace

StepAction read_misbehave(MapReader& step, ScenarioContext& context) {
  MisbehaveStep out;
  out.rule = read_misbehaviour_rule(step);
  const std::string& endpoint = out.rule.endpoint;
  if (!endpoint.empty() && endpoint != platform::misbehaviour::bootstrap_endpoint && context.platform != nullptr &&
      !context.has_instance(endpoint))
    step.error(step.at("endpoint"), "endpoint", context.no_instance(endpoint));
  needs_a_console(step, context, "kind");
  return out;
}

StepAction read_heal(MapReader& step, ScenarioContext& context) {
  HealStep out;
  step.texts("names", out.names);
  step.flag("must_have_fired", out.must_have_fired);
  auto known = known_rules(context);
  for (std::string& fault : known_faults(context)) known.push_back(std::move(fault));
  for (const std::string& name : out.names)
    if (std::find(known.begin(), known.end(), name) == known.end())
      step.error(step.at("names"), "names", fmt::format("no rule and no fault \"{}\" before this step", name));
  if (!is_ours_alone(context, out)) needs_a_console(step, context, "names");
  return out;
}

}  // namespace fleetsim::sim
