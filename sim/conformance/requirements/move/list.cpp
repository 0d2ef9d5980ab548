#include "sim/conformance/requirements/move/list.hpp"

#include <array>

namespace fleetsim::sim {

std::span<const Requirement> move_requirements() {
  static const std::array all = {
      requirement::move_closes_in_order(), requirement::move_one_place_at_a_time(), requirement::move_where_told(),
      requirement::move_promptly(),        requirement::move_same_identity(),       requirement::move_refused_there(),
      requirement::move_notify_lost(),     requirement::move_keeps_messages(),      requirement::move_without_bootstrap(),
      requirement::move_into_outage(),     requirement::move_holds_there(),         requirement::move_stays_away(),
  };
  return all;
}

}  // namespace fleetsim::sim
