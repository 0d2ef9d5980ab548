// Whose firmware may be upgraded over the air in a run: who is known to be before it begins tells its version, and finds a file server.
//
//   if (may_be_upgraded(scenario, group)) config.hash = ...;
#pragma once

#include <algorithm>
#include <variant>

#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {

/// The group has a version, or a step of the scenario upgrades it. A device that nobody wants to know the version of says none: one message
/// less with each connect.
inline bool may_be_upgraded(const Scenario& scenario, const FleetGroup& group) {
  if (!group.version.empty()) return true;
  return std::any_of(scenario.steps.begin(), scenario.steps.end(), [&](const Step& step) {
    const auto* upgrade = std::get_if<UpgradeStep>(&step.action);
    if (upgrade == nullptr) return false;
    return upgrade->groups.empty() || std::find(upgrade->groups.begin(), upgrade->groups.end(), group.name) != upgrade->groups.end();
  });
}

/// Some group may be.
inline bool may_upgrade(const Scenario& scenario) {
  return std::any_of(scenario.groups.begin(), scenario.groups.end(),
                     [&](const FleetGroup& group) { return may_be_upgraded(scenario, group); });
}

}  // namespace fleetsim::sim
