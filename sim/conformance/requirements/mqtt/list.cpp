#include "sim/conformance/requirements/mqtt/list.hpp"

#include <array>

namespace fleetsim::sim {

std::span<const Requirement> mqtt_requirements() {
  static const std::array all = {
      requirement::connects(),
  };
  return all;
}

}  // namespace fleetsim::sim
