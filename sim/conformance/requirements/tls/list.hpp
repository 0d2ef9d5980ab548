// TLS: handshakes and certificates, on both legs. A line here, a line in list.cpp, a file of its own.
#pragma once

#include <span>

#include "sim/conformance/requirement.hpp"

namespace fleetsim::sim {

namespace requirement {

Requirement tls_expired_https();
Requirement tls_expired_mqtts();
Requirement tls_future_https();
Requirement tls_future_mqtts();
Requirement tls_name_https();
Requirement tls_name_mqtts();
Requirement tls_issuer_https();
Requirement tls_issuer_mqtts();
Requirement tls_self_signed_https();
Requirement tls_self_signed_mqtts();
Requirement tls_silent_when_refused();
Requirement tls_server_name();
Requirement tls_version();
Requirement tls_suites();
Requirement tls_old_server();
Requirement tls_new_place();
Requirement tls_verifies_again();
Requirement tls_good_again();
Requirement tls_patience();
Requirement tls_stalls();
Requirement tls_goodbye();
Requirement tls_in_pieces();
Requirement tls_in_the_clear();
Requirement tls_alert();
Requirement tls_large();
Requirement tls_client_only();
Requirement tls_no_intermediate();
Requirement tls_leaf_issuer();
Requirement tls_wide_wildcard();
Requirement tls_intermediate();
Requirement tls_session_forgotten();
Requirement tls_session_verified();
Requirement tls_session_elsewhere();
Requirement tls_session_used();

}  // namespace requirement

std::span<const Requirement> tls_requirements();

}  // namespace fleetsim::sim
