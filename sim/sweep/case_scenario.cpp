#include "sim/sweep/case_scenario.hpp"

#include <algorithm>
#include <memory>
#include <type_traits>
#include <utility>

#include "sim/config/platform_reader.hpp"
#include "sim/config/units.hpp"
#include "sim/config/yaml_document.hpp"
#include "sim/faults/list.hpp"
#include "sim/scenario/whole_paths.hpp"
#include "sim/sweep/fault_node.hpp"
#include "sim/sweep/random_faults.hpp"
#include "sim/sweep/yaml_text.hpp"

namespace fleetsim::sim {
namespace {

/// As the case has them.
std::vector<FaultSpec> kept_faults(const Scenario& scenario, const SweepCase& of) {
  const std::vector<FaultSpec> all = all_faults(scenario, of.seed);
  std::vector<FaultSpec> kept;
  for (const CaseFault& one : of.faults) {
    if (one.position >= all.size()) continue;
    kept.push_back(all[one.position]);
    kept.back().from = one.from;
    kept.back().until = one.until;
  }
  return kept;
}

/// What a step sets, that another may take back by its name; empty: nothing.
std::string set_by(const Step& step) {
  if (const auto* const inject = std::get_if<InjectStep>(&step.action)) return inject->fault.name;
  if (const auto* const misbehave = std::get_if<MisbehaveStep>(&step.action)) return misbehave->rule.name;
  return {};
}

bool may_be_left_out(const Step& step) {
  return std::holds_alternative<InjectStep>(step.action) || std::holds_alternative<MisbehaveStep>(step.action) ||
         std::holds_alternative<HealStep>(step.action);
}

bool is_kept(const Scenario& scenario, const SweepCase& of, std::size_t step) {
  return !may_be_left_out(scenario.steps[step]) ||
         std::find(of.steps.begin(), of.steps.end(), static_cast<std::uint16_t>(step)) != of.steps.end();
}

bool names(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool is_named(const Step& step, const std::string& group) {
  return std::visit(
      [&](const auto& action) {
        if constexpr (requires { action.groups; }) {
          return names(action.groups, group);
        } else {
          return std::is_same_v<std::decay_t<decltype(action)>, CommandStep>;  // it names a device
        }
      },
      step.action);
}

/// By anything but faults, which a case may leave out.
bool is_named(const Scenario& scenario, const std::string& group) {
  const auto in_step = [&](const Step& step) { return is_named(step, group); };
  const auto in_group = [&](const FleetGroup& other) { return other.behind == group; };
  const auto in_threshold = [&](const ThresholdSpec& threshold) { return threshold.metric.find(group) != std::string::npos; };
  return std::any_of(scenario.steps.begin(), scenario.steps.end(), in_step) ||
         std::any_of(scenario.groups.begin(), scenario.groups.end(), in_group) ||
         std::any_of(scenario.thresholds.begin(), scenario.thresholds.end(), in_threshold);
}

bool is_gone(const SweepCase& of, std::size_t group) { return group < of.devices.size() && of.devices[group].count == 0; }

void take_devices(Scenario& scenario, const SweepCase& of) {
  std::vector<FleetGroup> kept;
  for (std::size_t i = 0; i < scenario.groups.size(); ++i) {
    if (is_gone(of, i)) continue;
    kept.push_back(std::move(scenario.groups[i]));
    if (i >= of.devices.size()) continue;
    kept.back().count = of.devices[i].count;
    if (kept.back().listed == nullptr) kept.back().first_index = of.devices[i].first;
  }
  scenario.groups = std::move(kept);
}

void take_steps(Scenario& scenario, const SweepCase& of) {
  std::vector<Step> kept;
  for (std::size_t i = 0; i < scenario.steps.size(); ++i)
    if (is_kept(scenario, of, i)) kept.push_back(scenario.steps[i]);
  scenario.steps = std::move(kept);
}

}  // namespace

std::vector<FaultSpec> all_faults(const Scenario& scenario, std::uint64_t seed) {
  std::vector<FaultSpec> all = scenario.faults;
  for (FaultSpec& drawn : draw_faults(scenario, seed)) all.push_back(std::move(drawn));
  return all;
}

SweepCase first_case(const Scenario& scenario, std::uint64_t seed) {
  SweepCase all{.seed = seed, .end = scenario.duration_max};
  for (const FaultSpec& fault : all_faults(scenario, seed)) {
    const FaultKind* const kind = find_fault_kind(fault.kind);
    all.faults.push_back({.position = static_cast<std::uint16_t>(all.faults.size()),
                          .from = fault.from,
                          .until = fault.until,
                          .has_window = kind != nullptr && kind->target != FaultTarget::platform_crash});
  }
  for (std::size_t i = 0; i < scenario.steps.size(); ++i)
    if (may_be_left_out(scenario.steps[i])) all.steps.push_back(static_cast<std::uint16_t>(i));
  for (const FleetGroup& group : scenario.groups)
    all.devices.push_back({.first = group.first_index,
                           .count = group.count,
                           .may_shrink = group.listed == nullptr && group.behind.empty(),
                           .may_go = !is_named(scenario, group.name)});
  return all;
}

std::string why_not_whole(const Scenario& scenario, const SweepCase& of) {
  if (of.device_count() == 0) return "no devices are left";
  const std::vector<FaultSpec> kept = kept_faults(scenario, of);
  std::vector<std::string> gone;
  for (const FaultSpec& fault : scenario.faults)
    if (std::none_of(kept.begin(), kept.end(), [&](const FaultSpec& one) { return one.name == fault.name; })) gone.push_back(fault.name);
  std::size_t steps = 0;
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    if (is_kept(scenario, of, i)) {
      ++steps;
    } else if (std::string name = set_by(scenario.steps[i]); !name.empty()) {
      gone.push_back(std::move(name));
    }
  }
  if (steps == 0) return "no steps are left";
  const auto names_gone = [&gone](const std::string& name) { return names(gone, name); };
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    const auto* const heal = std::get_if<HealStep>(&scenario.steps[i].action);
    if (heal != nullptr && is_kept(scenario, of, i) && std::any_of(heal->names.begin(), heal->names.end(), names_gone))
      return "a step heals what has been left out";
  }
  for (std::size_t i = 0; i < scenario.groups.size(); ++i)
    if (is_gone(of, i) &&
        std::any_of(kept.begin(), kept.end(), [&](const FaultSpec& fault) { return names(fault.groups, scenario.groups[i].name); }))
      return "a fault is of a group that has been left out";
  return {};
}

Scenario apply_case(Scenario scenario, const SweepCase& of) {
  scenario.faults = kept_faults(scenario, of);
  scenario.random_faults.reset();
  scenario.seed = of.seed;
  scenario.duration_max = std::min(scenario.duration_max, of.end);
  take_steps(scenario, of);
  take_devices(scenario, of);
  return scenario;
}

namespace {

Node scalar(std::string_view key, std::string text) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.key = key;
  node.text = std::move(text);
  return node;
}

Node& child(Node& map, std::string_view key) {
  if (Node* found = map.find(key)) return *found;
  map.children.emplace_back();
  map.children.back().key = key;
  return map.children.back();
}

void put(Node& map, std::string_view key, std::string text) { child(map, key) = scalar(key, std::move(text)); }

/// `devices: 50`, or a map of its own.
void put_part(Node& group, const DevicePart& part) {
  Node& devices = child(group, "devices");
  if (devices.kind != Node::Kind::map) {
    devices.kind = Node::Kind::map;
    devices.text.clear();
  }
  put(devices, "count", std::to_string(part.count));
  if (part.first != 0) put(devices, "first_index", std::to_string(part.first));
}

/// What stays as it was keeps its own words: the scenario's faults, when the case has them all.
void put_faults(Node& root, const Scenario& scenario, const SweepCase& of) {
  std::erase_if(root.children, [](const Node& node) { return node.key == "random_faults"; });
  std::vector<FaultSpec> kept = kept_faults(scenario, of);
  const std::size_t own = scenario.faults.size();
  const bool is_as_it_was = kept.size() >= own && std::equal(scenario.faults.begin(), scenario.faults.end(), kept.begin());
  if (is_as_it_was) {
    kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(own));
  } else {
    std::erase_if(root.children, [](const Node& node) { return node.key == "faults"; });
  }
  if (kept.empty()) return;
  Node& faults = child(root, "faults");
  faults.kind = Node::Kind::sequence;
  for (const FaultSpec& fault : kept) faults.children.push_back(fault_node(fault));
}

/// The children of a list or a map for which this holds.
template <class Keep>
void keep_children(Node* list, const Keep& keep) {
  if (list == nullptr) return;
  std::vector<Node> kept;
  for (std::size_t i = 0; i < list->children.size(); ++i)
    if (keep(i)) kept.push_back(std::move(list->children[i]));
  list->children = std::move(kept);
}

void put_variables(Node& root, const Scenario& scenario) {
  Node* const vars = root.find("vars");
  if (vars == nullptr || vars->kind != Node::Kind::map) return;
  for (Node& one : vars->children) {
    const auto used = scenario.vars.find(one.key);
    if (used == scenario.vars.end() || scenario.secret_vars.contains(one.key) || one.text == used->second) continue;
    one.text = used->second;
  }
}

}  // namespace

std::string reduced_scenario_text(std::string_view text, const Scenario& scenario, const SweepCase& of) {
  Diagnostics diagnostics;
  std::optional<Node> root = parse_yaml(text, diagnostics.add_file(scenario.file), diagnostics);
  if (!root || root->kind != Node::Kind::map) return {};
  put(*root, "world", "virtual");
  put(*root, "seed", std::to_string(of.seed));
  put(*root, "duration_max", format_duration(of.end));
  put_faults(*root, scenario, of);
  put_variables(*root, scenario);
  put_whole_paths(*root, folder_of(scenario.file));
  Node* const groups = root->find("groups");
  for (std::size_t i = 0; groups != nullptr && i < groups->children.size() && i < of.devices.size(); ++i) {
    if (of.devices[i].may_shrink && !is_gone(of, i)) put_part(groups->children[i], of.devices[i]);
  }
  keep_children(groups, [&](std::size_t i) { return !is_gone(of, i); });
  keep_children(root->find("steps"), [&](std::size_t i) { return i >= scenario.steps.size() || is_kept(scenario, of, i); });
  return yaml_text(*root);
}

}  // namespace fleetsim::sim
