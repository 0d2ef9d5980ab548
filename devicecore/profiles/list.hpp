// The profiles by name in the program. A new one: a file beside this, a line here, a line in list.cpp.
//
//   DeviceConfig config{.profile = &reference_profile};
#pragma once

#include "devicecore/firmware_profile.hpp"

namespace fleetsim::device {

extern const FirmwareProfile reference_profile;
extern const FirmwareProfile legacy_profile;
extern const FirmwareProfile linksdk_4_profile;
extern const FirmwareProfile living_profile;
extern const FirmwareProfile esp_gateway_profile;
extern const FirmwareProfile node_sdk_profile;
// With one deliberate fault each: they prove that what judges a run sees it.
extern const FirmwareProfile mutant_hot_loop_profile;
extern const FirmwareProfile mutant_never_falls_back_profile;
extern const FirmwareProfile mutant_no_backoff_cap_profile;
extern const FirmwareProfile mutant_no_reply_profile;
extern const FirmwareProfile mutant_secret_in_form_profile;
extern const FirmwareProfile mutant_client_id_not_utf8_profile;
extern const FirmwareProfile mutant_no_securemode_profile;
extern const FirmwareProfile mutant_unsaid_timestamp_profile;
extern const FirmwareProfile mutant_weak_signature_profile;
extern const FirmwareProfile mutant_waits_for_connack_profile;
extern const FirmwareProfile mutant_impatient_connect_profile;
extern const FirmwareProfile mutant_never_republishes_profile;
extern const FirmwareProfile mutant_republishes_hotly_profile;
extern const FirmwareProfile mutant_keep_alive_too_long_profile;
extern const FirmwareProfile mutant_late_ping_profile;
extern const FirmwareProfile mutant_no_ping_profile;
extern const FirmwareProfile mutant_trusts_silence_profile;
extern const FirmwareProfile mutant_pings_hotly_profile;
extern const FirmwareProfile mutant_constant_wait_profile;
extern const FirmwareProfile mutant_no_jitter_profile;
extern const FirmwareProfile mutant_forgives_at_once_profile;
extern const FirmwareProfile mutant_never_forgives_profile;
extern const FirmwareProfile mutant_gives_up_profile;
extern const FirmwareProfile mutant_slow_first_wait_profile;
extern const FirmwareProfile mutant_first_retry_at_once_profile;
extern const FirmwareProfile mutant_forgets_endpoint_profile;
extern const FirmwareProfile mutant_deaf_profile;
extern const FirmwareProfile mutant_reboots_on_notify_profile;
extern const FirmwareProfile mutant_short_ids_profile;
extern const FirmwareProfile mutant_region_list_profile;
extern const FirmwareProfile mutant_moves_once_profile;
extern const FirmwareProfile mutant_wrong_port_profile;
extern const FirmwareProfile mutant_id_signed_profile;
extern const FirmwareProfile mutant_id_without_quotes_profile;
extern const FirmwareProfile mutant_id_needs_quotes_profile;
extern const FirmwareProfile mutant_notify_by_position_profile;
extern const FirmwareProfile mutant_no_white_space_profile;
extern const FirmwareProfile mutant_takes_namesakes_profile;
extern const FirmwareProfile mutant_command_by_default_profile;
extern const FirmwareProfile mutant_moves_for_anything_profile;
extern const FirmwareProfile mutant_command_is_text_profile;
extern const FirmwareProfile mutant_invents_id_profile;
extern const FirmwareProfile mutant_any_command_profile;
extern const FirmwareProfile mutant_any_method_profile;
extern const FirmwareProfile mutant_names_itself_twice_profile;
extern const FirmwareProfile mutant_form_with_its_end_profile;
extern const FirmwareProfile mutant_code_unseen_profile;
extern const FirmwareProfile mutant_empty_is_default_profile;
extern const FirmwareProfile mutant_page_is_answer_profile;
extern const FirmwareProfile mutant_cut_is_whole_profile;
extern const FirmwareProfile mutant_missing_is_default_profile;
extern const FirmwareProfile mutant_types_unseen_profile;
extern const FirmwareProfile mutant_mends_hosts_profile;
extern const FirmwareProfile mutant_names_only_profile;
extern const FirmwareProfile mutant_waits_for_answer_profile;
extern const FirmwareProfile mutant_impatient_bootstrap_profile;

}  // namespace fleetsim::device
