#include "sim/conformance/requirements/clock/list.hpp"

#include <array>

namespace fleetsim::sim {

std::span<const Requirement> clock_requirements() {
  static const std::array all = {
      requirement::clock_factory_date(),
      requirement::clock_set_forwards(),
      requirement::clock_set_back(),
      requirement::clock_set_on_the_move(),
  };
  return all;
}

}  // namespace fleetsim::sim
