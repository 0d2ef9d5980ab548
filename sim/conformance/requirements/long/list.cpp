#include "sim/conformance/requirements/long/list.hpp"

#include <array>

namespace fleetsim::sim {

std::span<const Requirement> long_requirements() {
  static const std::array all = {
      requirement::long_region_outage(), requirement::long_bootstrap_outage(), requirement::long_intermittent(),
      requirement::long_ten_moves(),     requirement::long_idle_day(),         requirement::long_silent_network(),
      requirement::long_home_again(),
  };
  return all;
}

}  // namespace fleetsim::sim
