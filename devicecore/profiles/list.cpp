#include "devicecore/profiles/list.hpp"

#include <array>

namespace fleetsim::device {
namespace {

constexpr std::array<const FirmwareProfile*, 36> profiles = {
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
    &mutant_stays_home_profile,
    &mutant_wrong_port_profile,
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
