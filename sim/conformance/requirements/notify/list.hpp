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
Requirement notify_any_id();
Requirement notify_number_as_id();
Requirement notify_other_members();
Requirement notify_white_space();
Requirement notify_namesakes();
Requirement notify_without_command();
Requirement notify_malformed();
Requirement notify_command_no_number();
Requirement notify_without_id();
Requirement notify_acknowledged();
Requirement notify_push_elsewhere();
Requirement notify_push_unusable();
Requirement notify_other_method();
Requirement notify_while_it_asks();
Requirement notify_long();

}  // namespace requirement

std::span<const Requirement> notify_requirements();

}  // namespace fleetsim::sim
