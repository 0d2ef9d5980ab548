// The parts of a scenario, one reader each. The platform is read first, because groups, steps and thresholds name its things.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/device_csv.hpp"
#include "sim/config/reader.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {

/// What a part may look at: the scenario as far as it is read, and the platform when there is one to check against.
struct ScenarioContext {
  Scenario& scenario;
  std::string folder;                                  // relative file names start here
  const platform::PlatformConfig* platform = nullptr;  // nullptr: world external, or the platform could not be read
  Diagnostics& diagnostics;
  const Node* elsewhere = nullptr;  // what stands for `external` when the scenario is run on another platform than its own
  std::map<std::string, std::string> listed_devices = {};  // "pk/dn" of the groups' files -> the group that has it

  bool has_instance(std::string_view id) const;
  bool has_product(std::string_view key) const;
  bool has_group(std::string_view name) const;
  // "no group \"meter\" (did you mean ...?)"
  std::string no_instance(std::string_view id) const;
  std::string no_product(std::string_view key) const;
  std::string no_group(std::string_view name) const;
};

void read_groups(MapReader& reader, ScenarioContext& context);
/// Executor, rate, duration, stages, startRate of one group.
void read_executor(MapReader& group, FleetGroup& out);
/// A group that names a device which another one has: `rows` of its file, or names that it derives.
void check_listed_overlap(MapReader& devices, ScenarioContext& context, const FleetGroup& group, const std::vector<DeviceRow>& rows);
void check_derived_overlap(MapReader& reader, const ScenarioContext& context, const FleetGroup& group);
void read_steps(MapReader& reader, ScenarioContext& context);
/// One of them, as it stands in the list; `index` is for error texts.
void read_step(const Node& item, std::size_t index, ScenarioContext& context);
/// `faults:`, after the platform and the groups that they name.
void read_faults(MapReader& reader, ScenarioContext& context);
/// `random_faults:`.
void read_random_faults(MapReader& reader, ScenarioContext& context);
void read_thresholds(MapReader& reader, ScenarioContext& context);
/// `network:`, after the platform and the groups that it names.
void read_network(MapReader& reader, ScenarioContext& context);
void read_external(MapReader& reader, ScenarioContext& context);

// misbehaviour_step_reader.cpp
StepAction read_misbehave(MapReader& step, ScenarioContext& context);
StepAction read_heal(MapReader& step, ScenarioContext& context);
// fault_reader.cpp
StepAction read_inject(MapReader& step, ScenarioContext& context);
/// Names of the faults that were read so far: `faults:` and inject steps.
std::vector<std::string> known_faults(const ScenarioContext& context);
/// Whether the platform is told of that fault.
bool is_platform_fault(const ScenarioContext& context, std::string_view name);
// Steps of platform_steps.hpp.
StepAction read_retry(MapReader& step, ScenarioContext& context);
StepAction read_upgrade(MapReader& step, ScenarioContext& context);
StepAction read_set_property(MapReader& step, ScenarioContext& context);
StepAction read_report(MapReader& step, ScenarioContext& context);
StepAction read_join_group(MapReader& step, ScenarioContext& context);
StepAction read_delete_devices(MapReader& step, ScenarioContext& context);
StepAction read_disable_devices(MapReader& step, ScenarioContext& context);
StepAction read_enable_devices(MapReader& step, ScenarioContext& context);
StepAction read_expect(MapReader& step, ScenarioContext& context);
// command_step_reader.cpp
StepAction read_command(MapReader& step, ScenarioContext& context);
/// Of a distribute step: target_account, content, devices, may_fail.
void read_recipient(MapReader& step, const ScenarioContext& context, DistributeStep& out);

/// `groups:` of a step: known names only; left empty for all.
void read_group_names(MapReader& step, const ScenarioContext& context, std::vector<std::string>& out);

}  // namespace fleetsim::sim
