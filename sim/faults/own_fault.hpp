// A fault that is none of the list: a program that runs scenarios brings its own. It befalls links, and is chosen, timed and counted like
// any other. A world asks it on its own threads: one that is not safe there needs a run with one.
//
//   class Mondays final : public Fault { … };
//   host.inject({.name = "mondays", .groups = {"meters"}}, std::make_unique<Mondays>());
#pragma once

#include <memory>

#include "sim/faults/fault.hpp"
#include "sim/faults/fault_spec.hpp"

namespace fleetsim::sim {

struct OwnFault {
  FaultSpec spec;  // its kind names it when it has no name, and has no arguments
  std::unique_ptr<Fault> fault;
};

/// What a spec may say of one. No scenario can name it.
const FaultKind& own_fault_kind();

}  // namespace fleetsim::sim
