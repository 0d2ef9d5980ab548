// BOOT-REQ and BOOT-RSP: what it asks the global endpoint, and what it makes of the answer. A line here, a line in list.cpp, a file of its
// own.
#pragma once

#include <span>

#include "sim/conformance/requirement.hpp"

namespace fleetsim::sim {

namespace requirement {

Requirement bootstrap_request_form();
Requirement bootstrap_no_secret();
Requirement bootstrap_names_itself();
Requirement bootstrap_form_bytes();
Requirement bootstrap_one_host();
Requirement bootstrap_comes_first();
Requirement bootstrap_again_when_told();
Requirement bootstrap_link_ends();
Requirement bootstrap_unknown_name();
Requirement bootstrap_long_outage();
Requirement bootstrap_unanswered_link();
Requirement bootstrap_falls_back();
Requirement bootstrap_unavailable();
Requirement answer_redirected();
Requirement answer_refused();
Requirement answer_status_counts();
Requirement answer_error_code();
Requirement answer_empty();
Requirement answer_no_json();
Requirement answer_cut_json();
Requirement answer_no_endpoint();
Requirement answer_wrong_types();
Requirement answer_too_long();
Requirement answer_cut_off();
Requirement answer_closed();
Requirement answer_silent();
Requirement answer_late();
Requirement answer_drips();
Requirement answer_split();
Requirement answer_same_place();
Requirement answer_dead_port();
Requirement answer_dead_host();
Requirement answer_no_host_name();
Requirement answer_address();
Requirement answer_odd_port();
Requirement answer_quoted_port();
Requirement answer_chunked();
Requirement answer_lower_case();
Requirement answer_http_1_0();
Requirement answer_continue_first();
Requirement answer_retry_after();

}  // namespace requirement

std::span<const Requirement> bootstrap_requirements();

}  // namespace fleetsim::sim
