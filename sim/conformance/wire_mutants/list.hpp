// The wire mutants: the reference, with one deliberate fault in what it says or hears. One file each; README.md tells how to add one.
//
//   if (const WireMutant* mutant = find_wire_mutant("mutant-no-puback")) WireProxy proxy(mutant->make());
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "sim/conformance/wire_mutants/wire.hpp"

namespace fleetsim::sim {

struct WireMutant {
  std::string_view name;     // "mutant-no-puback": no firmware profile has it
  std::string_view summary;  // "reference, but …"
  std::unique_ptr<WireFault> (*make)() = nullptr;
  std::string_view profile = "reference";  // of the device itself: one without a fault
};

template <class Fault>
std::unique_ptr<WireFault> make_wire_fault() {
  return std::make_unique<Fault>();
}

std::span<const WireMutant> wire_mutants();
/// Null: there is none of that name.
const WireMutant* find_wire_mutant(std::string_view name);

namespace wire_mutant {
WireMutant no_dup();
WireMutant dup_at_first();
WireMutant packet_id_one();
WireMutant packet_id_zero();
WireMutant no_puback();
WireMutant puback_wrong_id();
WireMutant puback_for_qos_0();
WireMutant pubacks_out_of_order();
WireMutant puback_needs_json();
WireMutant no_puback_for_large();
WireMutant loses_split_packets();
WireMutant forgets_over_links();
WireMutant wildcard_topic();
WireMutant retains();
WireMutant publishes_qos_2();
WireMutant subscribes_once();
WireMutant level_5();
WireMutant mqisdp();
WireMutant reserved_connect_flag();
WireMutant user_name_swapped();
WireMutant has_will();
WireMutant securemode_9();
WireMutant client_id_without_bars();
WireMutant connects_twice();
WireMutant publish_before_connack();
WireMutant talks_after_refusal();
WireMutant no_disconnect();
WireMutant resets_links();
WireMutant leaves_old_link();
WireMutant signs_for_old_place();
WireMutant back_to_old_place();
WireMutant no_puback_for_notify();
WireMutant replays_notify();
WireMutant cuts_port();
WireMutant dies_of_long_notify();
WireMutant content_length_short();
WireMutant content_length_long();
WireMutant get_for_post();
WireMutant no_host();
WireMutant two_hosts();
WireMutant host_is_url();
WireMutant asks_twice();
WireMutant mqtt_before_bootstrap();
WireMutant keeps_bootstrap_link();
WireMutant dies_of_unknown_name();
WireMutant waits_for_link();
WireMutant redirect_is_answer();
WireMutant error_is_answer();
WireMutant dies_of_long_answer();
WireMutant dies_of_cut_answer();
WireMutant dies_of_no_answer();
WireMutant first_read_is_answer();
WireMutant hangs_after_half_a_day();
WireMutant dies_of_cut_connect();
WireMutant counts_power_cuts();
WireMutant deaf_at_first();
WireMutant pubacks_twice();
WireMutant no_puback_for_dup();
}  // namespace wire_mutant

}  // namespace fleetsim::sim
