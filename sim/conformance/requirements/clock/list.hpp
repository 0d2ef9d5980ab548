// CLOCK: a time of day that is wrong, or set while the device is at work. A line here, a line in list.cpp, a file of its own.
#pragma once

#include <span>

#include "sim/conformance/requirement.hpp"

namespace fleetsim::sim {

namespace requirement {

Requirement clock_factory_date();
Requirement clock_set_forwards();
Requirement clock_set_back();
Requirement clock_set_on_the_move();

}  // namespace requirement

std::span<const Requirement> clock_requirements();

}  // namespace fleetsim::sim
