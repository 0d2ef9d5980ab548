#include "sim/conformance/requirements/retry/list.hpp"

#include <array>

namespace fleetsim::sim {

std::span<const Requirement> retry_requirements() {
  static const std::array all = {
      requirement::retry_floor(),
  };
  return all;
}

}  // namespace fleetsim::sim
