// The oracle of a simulation: CONNECTs with valid credentials at every instance, between two windows. Its bytes take no link and no time.
//
//   auto prober = make_virtual_prober(roster, runtime, world);
#pragma once

#include <memory>

#include "sim/virtual/virtual_world.hpp"
#include "sim/world/prober.hpp"
#include "sim/world/shard.hpp"

namespace fleetsim::sim {

std::unique_ptr<Prober> make_virtual_prober(const Roster& roster, const RunRuntime& runtime, VirtualWorld& world);

}  // namespace fleetsim::sim
