#include "sim/conformance/requirements/retry/list.hpp"

#include <array>

namespace fleetsim::sim {

std::span<const Requirement> retry_requirements() {
  static const std::array all = {
      requirement::retry_floor(),
      requirement::retry_cap(),
      requirement::retry_growth(),
      requirement::retry_jitter(),
      requirement::retry_accepted_and_dropped(),
      requirement::retry_forgets(),
      requirement::retry_falls_back_refused(),
      requirement::retry_falls_back_unreachable(),
      requirement::retry_connack_codes(),
      requirement::retry_refused_links(),
      requirement::retry_bootstrap_refused(),
      requirement::retry_no_names(),
      requirement::retry_soon(),
  };
  return all;
}

}  // namespace fleetsim::sim
