// NOTIFY: how it is told to move, and what it answers. A line here, a line in list.cpp, a file of its own.
#pragma once

#include <span>

#include "sim/conformance/requirement.hpp"

namespace fleetsim::sim {

namespace requirement {

Requirement notify_is_answered();
Requirement notify_same_id();
Requirement notify_reply_before_the_end();
Requirement notify_twice();
Requirement notify_unknown_command();

}  // namespace requirement

std::span<const Requirement> notify_requirements();

}  // namespace fleetsim::sim
