// MQTT-CONNECT, QOS and KEEPALIVE: the session. A line here, a line in list.cpp, a file of its own.
#pragma once

#include <span>

#include "sim/conformance/requirement.hpp"

namespace fleetsim::sim {

namespace requirement {

Requirement connects();
Requirement connect_protocol();
Requirement connect_reserved_bits();
Requirement connect_first_and_once();
Requirement connect_waits_for_connack();
Requirement connect_client_id_form();
Requirement connect_client_id_text();
Requirement connect_user_name();
Requirement connect_signature();
Requirement connect_strong_signature();
Requirement connect_late_connack();
Requirement connect_no_connack();
Requirement connect_refused_is_silent();
Requirement connect_no_will();
Requirement qos_puback();
Requirement qos_none_unanswered();
Requirement qos_burst();
Requirement qos_unknown_message();
Requirement qos_large_message();
Requirement qos_split_message();
Requirement qos_publish_again();
Requirement qos_duplicate_flag();
Requirement qos_first_is_no_duplicate();
Requirement qos_patience();
Requirement qos_done_is_done();
Requirement qos_packet_ids();
Requirement qos_survives_link();
Requirement qos_whole_packets();
Requirement qos_own_topics();
Requirement qos_no_suback();
Requirement qos_subscribes_again();
Requirement qos_kept_for_it();
Requirement qos_again_for_it();
Requirement keepalive_range();
Requirement keepalive_pings();
Requirement keepalive_holds();
Requirement keepalive_no_pingresp();
Requirement keepalive_frugal();
Requirement keepalive_late_pingresp();

}  // namespace requirement

std::span<const Requirement> mqtt_requirements();

}  // namespace fleetsim::sim
