// MQTT-MOVE: from one place to another. A line here, a line in list.cpp, a file of its own.
#pragma once

#include <span>

#include "sim/conformance/requirement.hpp"

namespace fleetsim::sim {

namespace requirement {

Requirement move_closes_in_order();
Requirement move_one_place_at_a_time();

}  // namespace requirement

std::span<const Requirement> move_requirements();

}  // namespace fleetsim::sim
