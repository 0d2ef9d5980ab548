#include "sim/conformance/requirements/move/list.hpp"

#include <array>

namespace fleetsim::sim {

std::span<const Requirement> move_requirements() {
  static const std::array all = {
      requirement::move_closes_in_order(),
      requirement::move_one_place_at_a_time(),
  };
  return all;
}

}  // namespace fleetsim::sim
