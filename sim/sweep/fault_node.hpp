// A fault as a scenario writes it: what sim/scenario/fault_reader.cpp reads back as the same.
//
//   faults.children.push_back(fault_node(fault));
#pragma once

#include "sim/config/node.hpp"
#include "sim/faults/fault_spec.hpp"

namespace fleetsim::sim {

Node fault_node(const FaultSpec& fault);

}  // namespace fleetsim::sim
