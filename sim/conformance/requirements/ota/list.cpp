#include "sim/conformance/requirements/ota/list.hpp"

#include <array>

namespace fleetsim::sim {

std::span<const Requirement> ota_requirements() {
  static const std::array all = {
      requirement::ota_informs(),         requirement::ota_informs_again(), requirement::ota_after_move(),
      requirement::ota_moved_meanwhile(), requirement::ota_link_lost(),     requirement::ota_nonsense(),
      requirement::ota_digest(),          requirement::ota_progress(),      requirement::ota_own_version(),
  };
  return all;
}

}  // namespace fleetsim::sim
