#include "sim/faults/own_fault.hpp"

namespace fleetsim::sim {

const FaultKind& own_fault_kind() {
  static const FaultKind kind{.name = "own", .summary = "a fault that the program brings", .has_direction = true};
  return kind;
}

}  // namespace fleetsim::sim
