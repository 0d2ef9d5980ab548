// `thresholds:` of a scenario in k6's form: metric -> one expression, or a list of expressions or of
// {threshold, abortOnFail, delayAbortEval}.
#include <algorithm>
#include <fmt/format.h>

#include "devicecore/firmware_profile.hpp"
#include "sim/config/suggest.hpp"
#include "sim/metrics/threshold.hpp"
#include "sim/scenario/scenario_parts.hpp"

namespace fleetsim::sim {
namespace {

/// The values that a tag can have in this run; empty when they cannot be known (regions of an external platform).
std::vector<std::string_view> values_of(std::string_view tag, const ScenarioContext& context) {
  std::vector<std::string_view> values;
  if (tag == "group")
    for (const FleetGroup& group : context.scenario.groups) values.push_back(group.name);
  if (tag == "profile")
    for (const device::FirmwareProfile* profile : device::firmware_profiles()) values.push_back(profile->name);
  if (tag == "region" && context.platform != nullptr)
    for (const auto& region : context.platform->regions) values.push_back(region.id.view());
  if (tag == "leg") values = {"bootstrap", "mqtt"};
  return values;
}

void check_tags(const Threshold& threshold, const Position& at, const ScenarioContext& context) {
  for (const auto& [tag, value] : threshold.filter()) {
    const std::vector<std::string_view> values = values_of(tag, context);
    if (values.empty() || std::find(values.begin(), values.end(), value) != values.end()) continue;
    context.diagnostics.error(at, "thresholds: " + no_such_word(tag, value, values));
  }
}

void read_one(const Node& metric, const Node& node, ScenarioContext& context, bool first) {
  ThresholdSpec spec;
  spec.metric = metric.key;
  Position at = node.at;
  if (node.kind == Node::Kind::map) {
    MapReader reader{node, "thresholds." + metric.key, context.diagnostics};
    const bool given = reader.require("threshold") != nullptr && reader.text("threshold", spec.expression);
    reader.flag("abortOnFail", spec.abort_on_fail);
    reader.duration("delayAbortEval", spec.delay_abort);
    reader.finish();
    if (!given) return;
    at = reader.at("threshold");
  } else if (node.kind == Node::Kind::scalar) {
    spec.expression = node.text;
  } else {
    context.diagnostics.error(node.at,
                              fmt::format("thresholds.{}: expected an expression such as p(95)<2, found {}", metric.key, show(node)));
    return;
  }
  const auto parsed = Threshold::parse(spec.metric, spec.expression);
  if (!parsed) {
    context.diagnostics.error(at, fmt::format("thresholds.{}: {}", metric.key, parsed.error()));
    return;
  }
  if (first) check_tags(*parsed, metric.key_at, context);
  context.scenario.thresholds.push_back(std::move(spec));
}

}  // namespace

void read_thresholds(MapReader& reader, ScenarioContext& context) {
  const Node* map = reader.find("thresholds");
  if (map == nullptr) return;
  if (map->kind != Node::Kind::map) {
    reader.error(map->at, "thresholds", fmt::format("expected a map of metrics and expressions, found {}", show(*map)));
    return;
  }
  for (const Node& metric : map->children) {
    if (metric.kind != Node::Kind::sequence) {
      read_one(metric, metric, context, true);
      continue;
    }
    for (const Node& item : metric.children) read_one(metric, item, context, &item == metric.children.data());
  }
}

}  // namespace fleetsim::sim
