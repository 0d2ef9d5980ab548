// How long a device may take to be online again once nothing is wrong any more: what liveness is judged by, and how long a sweep lets a run
// go on after the heal.
//
//   run_until(healed_at + recovery_bound(group, facts));
#pragma once

#include "devicecore/base/time.hpp"
#include "sim/invariants/fleet_facts.hpp"

namespace fleetsim::sim {

/// The worst case, step by step in kinds/recovers_after_heal.cpp.
Duration recovery_bound(const GroupFacts& group, const FleetFacts& facts);

}  // namespace fleetsim::sim
