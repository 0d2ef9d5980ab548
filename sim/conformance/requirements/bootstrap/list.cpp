#include "sim/conformance/requirements/bootstrap/list.hpp"

#include <array>

namespace fleetsim::sim {

std::span<const Requirement> bootstrap_requirements() {
  static const std::array all = {
      requirement::bootstrap_request_form(),
      requirement::bootstrap_no_secret(),
      requirement::bootstrap_unavailable(),
  };
  return all;
}

}  // namespace fleetsim::sim
