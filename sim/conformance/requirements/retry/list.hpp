// RETRY: how it waits. A line here, a line in list.cpp, a file of its own.
#pragma once

#include <span>

#include "sim/conformance/requirement.hpp"

namespace fleetsim::sim {

namespace requirement {

Requirement retry_floor();

}  // namespace requirement

std::span<const Requirement> retry_requirements();

}  // namespace fleetsim::sim
