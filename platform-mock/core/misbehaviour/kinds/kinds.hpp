// Every kind's function, one file each; ../list.cpp calls them all.
#pragma once

#include "platform-mock/core/misbehaviour/kind.hpp"

namespace fleetsim::platform::misbehaviour {

Kind bootstrap_status();
Kind bootstrap_redirect();
Kind bootstrap_empty();
Kind bootstrap_http();
Kind bootstrap_code();
Kind bootstrap_bad_json();
Kind bootstrap_odd_port();
Kind bootstrap_wrong_port();
Kind bootstrap_wrong_host();
Kind bootstrap_same_host();
Kind bootstrap_cut();
Kind bootstrap_close();
Kind bootstrap_silent();
Kind bootstrap_late();
Kind bootstrap_slow();
Kind bootstrap_split();
Kind mqtt_connack();
Kind mqtt_no_connack();
Kind mqtt_close();
Kind mqtt_kick();
Kind mqtt_silent();
Kind mqtt_late();
Kind notify_duplicate();
Kind notify_malformed();
Kind mqtt_throttle();
Kind tls_expired();
Kind tls_wrong_name();
Kind tls_unknown_ca();
Kind tls_not_yet_valid();
Kind tls_self_signed();
Kind tls_old_version();
Kind tls_in_pieces();
Kind tls_large();
Kind tls_client_only();
Kind tls_no_intermediate();
Kind tls_leaf_issuer();
Kind tls_wide_wildcard();
Kind tls_intermediate();
Kind tls_tickets();
Kind tls_silent();
Kind tls_plain_text();
Kind job_jitter();
Kind job_stall();

}  // namespace fleetsim::platform::misbehaviour
