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
extern const FirmwareProfile mutant_stays_home_profile;
extern const FirmwareProfile mutant_wrong_port_profile;

}  // namespace fleetsim::device
