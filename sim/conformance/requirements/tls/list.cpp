#include "sim/conformance/requirements/tls/list.hpp"

#include <array>

namespace fleetsim::sim {

std::span<const Requirement> tls_requirements() {
  static const std::array all = {
      requirement::tls_expired_https(),
      requirement::tls_expired_mqtts(),
      requirement::tls_future_https(),
      requirement::tls_future_mqtts(),
      requirement::tls_name_https(),
      requirement::tls_name_mqtts(),
      requirement::tls_issuer_https(),
      requirement::tls_issuer_mqtts(),
      requirement::tls_self_signed_https(),
      requirement::tls_self_signed_mqtts(),
      requirement::tls_silent_when_refused(),
      requirement::tls_server_name(),
      requirement::tls_version(),
      requirement::tls_suites(),
      requirement::tls_old_server(),
      requirement::tls_new_place(),
      requirement::tls_verifies_again(),
      requirement::tls_good_again(),
      requirement::tls_patience(),
      requirement::tls_stalls(),
      requirement::tls_goodbye(),
      requirement::tls_in_pieces(),
      requirement::tls_in_the_clear(),
      requirement::tls_alert(),
      requirement::tls_large(),
      requirement::tls_client_only(),
      requirement::tls_no_intermediate(),
      requirement::tls_leaf_issuer(),
      requirement::tls_wide_wildcard(),
      requirement::tls_intermediate(),
      requirement::tls_session_forgotten(),
      requirement::tls_session_verified(),
      requirement::tls_session_elsewhere(),
      requirement::tls_session_used(),
  };
  return all;
}

}  // namespace fleetsim::sim
