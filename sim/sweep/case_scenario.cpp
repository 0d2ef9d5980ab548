#include "sim/sweep/case_scenario.hpp"

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include "sim/config/platform_reader.hpp"
#include "sim/config/units.hpp"
#include "sim/config/yaml_document.hpp"
#include "sim/scenario/whole_paths.hpp"
#include "sim/sweep/fault_node.hpp"
#include "sim/sweep/random_faults.hpp"
#include "sim/sweep/yaml_text.hpp"

namespace fleetsim::sim {
namespace {

/// Of the drawn faults those that the case has kept.
std::vector<FaultSpec> kept_faults(const Scenario& scenario, const SweepCase& of) {
  std::vector<FaultSpec> drawn = draw_faults(scenario, of.seed);
  std::vector<FaultSpec> kept;
  for (const std::uint16_t position : of.faults)
    if (position < drawn.size()) kept.push_back(std::move(drawn[position]));
  return kept;
}

void take_part(FleetGroup& group, const DevicePart& part) {
  group.count = part.count;
  if (group.listed == nullptr) group.first_index = part.first;
}

}  // namespace

SweepCase first_case(const Scenario& scenario, std::uint64_t seed) {
  SweepCase all{.seed = seed, .end = scenario.duration_max};
  all.faults.resize(draw_faults(scenario, seed).size());
  std::iota(all.faults.begin(), all.faults.end(), std::uint16_t{0});
  for (const FleetGroup& group : scenario.groups)
    all.devices.push_back(
        {.first = group.first_index, .count = group.count, .may_shrink = group.listed == nullptr && group.behind.empty()});
  return all;
}

Scenario apply_case(Scenario scenario, const SweepCase& of) {
  for (FaultSpec& fault : kept_faults(scenario, of)) scenario.faults.push_back(std::move(fault));
  scenario.random_faults.reset();
  scenario.seed = of.seed;
  scenario.duration_max = std::min(scenario.duration_max, of.end);
  for (std::size_t group = 0; group < scenario.groups.size() && group < of.devices.size(); ++group)
    take_part(scenario.groups[group], of.devices[group]);
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

void put_faults(Node& root, const std::vector<FaultSpec>& kept) {
  std::erase_if(root.children, [](const Node& node) { return node.key == "random_faults"; });
  if (kept.empty()) return;
  Node& faults = child(root, "faults");
  faults.kind = Node::Kind::sequence;
  for (const FaultSpec& fault : kept) faults.children.push_back(fault_node(fault));
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
  put_faults(*root, kept_faults(scenario, of));
  put_variables(*root, scenario);
  put_whole_paths(*root, folder_of(scenario.file));
  Node* const groups = root->find("groups");
  for (std::size_t i = 0; groups != nullptr && i < groups->children.size() && i < of.devices.size(); ++i) {
    if (of.devices[i].may_shrink) put_part(groups->children[i], of.devices[i]);
  }
  return yaml_text(*root);
}

}  // namespace fleetsim::sim
