// RETRY: how it waits. A line here, a line in list.cpp, a file of its own.
#pragma once

#include <span>

#include "sim/conformance/requirement.hpp"

namespace fleetsim::sim {

namespace requirement {

Requirement retry_floor();
Requirement retry_cap();
Requirement retry_growth();
Requirement retry_jitter();
Requirement retry_accepted_and_dropped();
Requirement retry_forgets();
Requirement retry_falls_back_refused();
Requirement retry_falls_back_unreachable();
Requirement retry_connack_codes();
Requirement retry_refused_links();
Requirement retry_bootstrap_refused();
Requirement retry_no_names();
Requirement retry_soon();

}  // namespace requirement

std::span<const Requirement> retry_requirements();

}  // namespace fleetsim::sim
