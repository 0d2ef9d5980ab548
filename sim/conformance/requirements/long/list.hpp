// LONG: hours and days. A line here, a line in list.cpp, a file of its own.
#pragma once

#include <span>

#include "sim/conformance/requirement.hpp"

namespace fleetsim::sim {

namespace requirement {

Requirement long_region_outage();
Requirement long_bootstrap_outage();
Requirement long_intermittent();
Requirement long_ten_moves();
Requirement long_idle_day();
Requirement long_silent_network();
Requirement long_home_again();

}  // namespace requirement

std::span<const Requirement> long_requirements();

}  // namespace fleetsim::sim
