#include "sim/conformance/requirements/mqtt/list.hpp"

#include <array>

namespace fleetsim::sim {

std::span<const Requirement> mqtt_requirements() {
  static const std::array all = {
      requirement::connects(),
      requirement::connect_protocol(),
      requirement::connect_reserved_bits(),
      requirement::connect_first_and_once(),
      requirement::connect_waits_for_connack(),
      requirement::connect_client_id_form(),
      requirement::connect_client_id_text(),
      requirement::connect_user_name(),
      requirement::connect_signature(),
      requirement::connect_strong_signature(),
      requirement::connect_late_connack(),
      requirement::connect_no_connack(),
      requirement::connect_refused_is_silent(),
      requirement::connect_no_will(),
      requirement::qos_puback(),
      requirement::qos_none_unanswered(),
      requirement::qos_burst(),
      requirement::qos_unknown_message(),
      requirement::qos_large_message(),
      requirement::qos_split_message(),
      requirement::qos_publish_again(),
      requirement::qos_duplicate_flag(),
      requirement::qos_first_is_no_duplicate(),
      requirement::qos_patience(),
      requirement::qos_done_is_done(),
      requirement::qos_packet_ids(),
      requirement::qos_survives_link(),
      requirement::qos_whole_packets(),
      requirement::qos_own_topics(),
      requirement::qos_no_suback(),
      requirement::qos_subscribes_again(),
      requirement::qos_kept_for_it(),
      requirement::qos_again_for_it(),
      requirement::keepalive_range(),
      requirement::keepalive_pings(),
      requirement::keepalive_holds(),
      requirement::keepalive_no_pingresp(),
      requirement::keepalive_frugal(),
      requirement::keepalive_late_pingresp(),
  };
  return all;
}

}  // namespace fleetsim::sim
