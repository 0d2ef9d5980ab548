// PERSIST: what it keeps without power. A line here, a line in list.cpp, a file of its own.
#pragma once

#include <span>

#include "sim/conformance/requirement.hpp"

namespace fleetsim::sim {

namespace requirement {

Requirement persist_stored_first();
Requirement persist_without_bootstrap();
Requirement persist_moved_while_off();
Requirement persist_cut_after_notify();
Requirement persist_cut_after_reply();
Requirement persist_cut_after_answer();
Requirement persist_store_before_connect();
Requirement persist_cut_while_connecting();
Requirement persist_torn_write();
Requirement persist_many_cuts();
Requirement persist_flash_emptied();
Requirement persist_half_written();
Requirement persist_bit_flipped();
Requirement persist_flash_erased();
Requirement persist_reset();
Requirement persist_same_session();
Requirement persist_same_answer();

}  // namespace requirement

std::span<const Requirement> persist_requirements();

}  // namespace fleetsim::sim
