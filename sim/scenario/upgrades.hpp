// Whose firmware may be upgraded over the air in a run: who is known to be before it begins tells its version, and finds a file server.
//
//   if (may_be_upgraded(scenario, group)) config.hash = ...;
#pragma once

#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {

/// The group has a version, or a step of the scenario upgrades it. A device that nobody wants to know the version of says none: one message
/// less with each connect.
bool may_be_upgraded(const Scenario& scenario, const FleetGroup& group);
/// Some group may be.
bool may_upgrade(const Scenario& scenario);

}  // namespace fleetsim::sim
