// BOOT-REQ and BOOT-RSP: what it asks the global endpoint, and what it makes of the answer. A line here, a line in list.cpp, a file of its
// own.
#pragma once

#include <span>

#include "sim/conformance/requirement.hpp"

namespace fleetsim::sim {

namespace requirement {

Requirement bootstrap_request_form();
Requirement bootstrap_no_secret();
Requirement bootstrap_unavailable();

}  // namespace requirement

std::span<const Requirement> bootstrap_requirements();

}  // namespace fleetsim::sim
