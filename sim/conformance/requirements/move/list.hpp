// MQTT-MOVE: from one place to another. A line here, a line in list.cpp, a file of its own.
#pragma once

#include <span>

#include "sim/conformance/requirement.hpp"

namespace fleetsim::sim {

namespace requirement {

Requirement move_closes_in_order();
Requirement move_one_place_at_a_time();
Requirement move_where_told();
Requirement move_promptly();
Requirement move_same_identity();
Requirement move_refused_there();
Requirement move_notify_lost();
Requirement move_keeps_messages();
Requirement move_without_bootstrap();
Requirement move_into_outage();
Requirement move_holds_there();
Requirement move_stays_away();

}  // namespace requirement

std::span<const Requirement> move_requirements();

}  // namespace fleetsim::sim
