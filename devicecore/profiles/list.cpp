#include "devicecore/profiles/list.hpp"

#include <array>

namespace fleetsim::device {
namespace {

constexpr std::array<const FirmwareProfile*, 113> profiles = {
    &reference_profile,
    &legacy_profile,
    &linksdk_4_profile,
    &living_profile,
    &esp_gateway_profile,
    &node_sdk_profile,
    &mutant_hot_loop_profile,
    &mutant_never_falls_back_profile,
    &mutant_no_backoff_cap_profile,
    &mutant_no_reply_profile,
    &mutant_secret_in_form_profile,
    &mutant_client_id_not_utf8_profile,
    &mutant_no_securemode_profile,
    &mutant_unsaid_timestamp_profile,
    &mutant_weak_signature_profile,
    &mutant_waits_for_connack_profile,
    &mutant_impatient_connect_profile,
    &mutant_never_republishes_profile,
    &mutant_republishes_hotly_profile,
    &mutant_keep_alive_too_long_profile,
    &mutant_late_ping_profile,
    &mutant_no_ping_profile,
    &mutant_trusts_silence_profile,
    &mutant_pings_hotly_profile,
    &mutant_constant_wait_profile,
    &mutant_no_jitter_profile,
    &mutant_forgives_at_once_profile,
    &mutant_never_forgives_profile,
    &mutant_gives_up_profile,
    &mutant_slow_first_wait_profile,
    &mutant_first_retry_at_once_profile,
    &mutant_forgets_endpoint_profile,
    &mutant_deaf_profile,
    &mutant_reboots_on_notify_profile,
    &mutant_short_ids_profile,
    &mutant_region_list_profile,
    &mutant_moves_once_profile,
    &mutant_wrong_port_profile,
    &mutant_id_signed_profile,
    &mutant_id_without_quotes_profile,
    &mutant_id_needs_quotes_profile,
    &mutant_notify_by_position_profile,
    &mutant_no_white_space_profile,
    &mutant_takes_namesakes_profile,
    &mutant_command_by_default_profile,
    &mutant_moves_for_anything_profile,
    &mutant_command_is_text_profile,
    &mutant_invents_id_profile,
    &mutant_any_command_profile,
    &mutant_any_method_profile,
    &mutant_names_itself_twice_profile,
    &mutant_form_with_its_end_profile,
    &mutant_code_unseen_profile,
    &mutant_empty_is_default_profile,
    &mutant_page_is_answer_profile,
    &mutant_cut_is_whole_profile,
    &mutant_missing_is_default_profile,
    &mutant_types_unseen_profile,
    &mutant_mends_hosts_profile,
    &mutant_names_only_profile,
    &mutant_waits_for_answer_profile,
    &mutant_impatient_bootstrap_profile,
    &mutant_tls_expired_profile,
    &mutant_tls_future_profile,
    &mutant_tls_any_name_profile,
    &mutant_tls_any_issuer_profile,
    &mutant_tls_self_signed_profile,
    &mutant_tls_mqtt_unverified_profile,
    &mutant_tls_verifies_once_profile,
    &mutant_tls_no_name_profile,
    &mutant_tls_old_only_profile,
    &mutant_tls_old_too_profile,
    &mutant_tls_weak_suites_profile,
    &mutant_tls_one_session_profile,
    &mutant_tls_clear_profile,
    &mutant_tls_no_goodbye_profile,
    &mutant_tls_no_alert_profile,
    &mutant_tls_whole_reads_profile,
    &mutant_trusts_flash_profile,
    &mutant_starts_at_home_profile,
    &mutant_no_chunks_profile,
    &mutant_exact_case_profile,
    &mutant_only_http_1_1_profile,
    &mutant_first_head_profile,
    &mutant_retry_after_unseen_profile,
    &mutant_port_cut_profile,
    &mutant_port_in_quotes_profile,
    &mutant_port_until_letters_profile,
    &mutant_never_informs_profile,
    &mutant_informs_once_profile,
    &mutant_unchecked_image_profile,
    &mutant_upgrade_dies_profile,
    &mutant_upgrades_again_profile,
    &mutant_silent_upgrade_profile,
    &mutant_nonsense_reboots_profile,
    &mutant_tls_narrow_profile,
    &mutant_tls_client_only_profile,
    &mutant_tls_absent_issuer_profile,
    &mutant_tls_leaf_issuer_profile,
    &mutant_tls_wide_wildcard_profile,
    &mutant_tls_flat_chain_profile,
    &mutant_tls_ticket_insists_profile,
    &mutant_tls_ticket_trusts_profile,
    &mutant_tls_ticket_anywhere_profile,
    &mutant_tls_ticket_unused_profile,
    &mutant_tls_never_profile,
    &mutant_upgrades_once_profile,
    &mutant_upgrade_or_move_profile,
    &mutant_waits_by_clock_profile,
    &mutant_reads_clock_once_profile,
    &mutant_writes_each_answer_profile,
    &mutant_writes_each_session_profile,
    &kept_session_profile,
};

}  // namespace

std::span<const FirmwareProfile* const> firmware_profiles() { return profiles; }

const FirmwareProfile* find_firmware_profile(std::string_view name) {
  for (const FirmwareProfile* profile : profiles)
    if (profile->name == name) return profile;
  return nullptr;
}

DeviceConfig after_upgrade(const DeviceConfig& before, std::string_view version) {
  DeviceConfig after = before;
  after.firmware_version = version;
  if (before.profile->successor == nullptr) return after;
  after.profile = before.profile->successor;
  // It was at a fixed endpoint because it could not ask for one.
  if (!before.profile->can_bootstrap && after.profile->can_bootstrap) after.start_from = StartFrom::bootstrap;
  return after;
}

}  // namespace fleetsim::device
