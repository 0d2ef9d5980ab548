#include "sim/scenario/upgrades.hpp"

#include <algorithm>

namespace fleetsim::sim {

bool may_be_upgraded(const Scenario& scenario, const FleetGroup& group) {
  if (!group.version.empty()) return true;
  return std::any_of(scenario.steps.begin(), scenario.steps.end(), [&](const Step& step) {
    const auto* upgrade = std::get_if<UpgradeStep>(&step.action);
    if (upgrade == nullptr) return false;
    return upgrade->groups.empty() || std::find(upgrade->groups.begin(), upgrade->groups.end(), group.name) != upgrade->groups.end();
  });
}

bool may_upgrade(const Scenario& scenario) {
  return std::any_of(scenario.groups.begin(), scenario.groups.end(),
                     [&](const FleetGroup& group) { return may_be_upgraded(scenario, group); });
}

}  // namespace fleetsim::sim
