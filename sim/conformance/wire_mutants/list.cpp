#include "sim/conformance/wire_mutants/list.hpp"

#include <algorithm>
#include <array>

namespace fleetsim::sim {

std::span<const WireMutant> wire_mutants() {
  static const std::array all = {
      wire_mutant::no_dup(),
      wire_mutant::dup_at_first(),
      wire_mutant::packet_id_one(),
      wire_mutant::packet_id_zero(),
      wire_mutant::no_puback(),
      wire_mutant::puback_wrong_id(),
      wire_mutant::puback_for_qos_0(),
      wire_mutant::pubacks_out_of_order(),
      wire_mutant::puback_needs_json(),
      wire_mutant::no_puback_for_large(),
      wire_mutant::loses_split_packets(),
      wire_mutant::forgets_over_links(),
      wire_mutant::wildcard_topic(),
      wire_mutant::retains(),
      wire_mutant::publishes_qos_2(),
      wire_mutant::subscribes_once(),
      wire_mutant::level_5(),
      wire_mutant::mqisdp(),
      wire_mutant::reserved_connect_flag(),
      wire_mutant::user_name_swapped(),
      wire_mutant::has_will(),
      wire_mutant::securemode_9(),
      wire_mutant::client_id_without_bars(),
      wire_mutant::connects_twice(),
      wire_mutant::publish_before_connack(),
      wire_mutant::talks_after_refusal(),
      wire_mutant::no_disconnect(),
      wire_mutant::resets_links(),
      wire_mutant::leaves_old_link(),
      wire_mutant::signs_for_old_place(),
      wire_mutant::back_to_old_place(),
      wire_mutant::no_puback_for_notify(),
      wire_mutant::replays_notify(),
      wire_mutant::cuts_port(),
      wire_mutant::dies_of_long_notify(),
      wire_mutant::content_length_short(),
      wire_mutant::content_length_long(),
      wire_mutant::get_for_post(),
      wire_mutant::no_host(),
      wire_mutant::two_hosts(),
      wire_mutant::host_is_url(),
      wire_mutant::asks_twice(),
      wire_mutant::mqtt_before_bootstrap(),
      wire_mutant::keeps_bootstrap_link(),
      wire_mutant::dies_of_unknown_name(),
      wire_mutant::waits_for_link(),
      wire_mutant::redirect_is_answer(),
      wire_mutant::error_is_answer(),
      wire_mutant::dies_of_long_answer(),
      wire_mutant::dies_of_cut_answer(),
      wire_mutant::dies_of_no_answer(),
      wire_mutant::first_read_is_answer(),
      wire_mutant::hangs_after_half_a_day(),
      wire_mutant::dies_of_cut_connect(),
      wire_mutant::counts_power_cuts(),
      wire_mutant::deaf_at_first(),
      wire_mutant::pubacks_twice(),
      wire_mutant::no_puback_for_dup(),
  };
  return all;
}

const WireMutant* find_wire_mutant(std::string_view name) {
  const std::span<const WireMutant> all = wire_mutants();
  const auto found = std::find_if(all.begin(), all.end(), [name](const WireMutant& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace fleetsim::sim
