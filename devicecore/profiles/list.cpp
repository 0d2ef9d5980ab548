#include "devicecore/profiles/list.hpp"

#include <array>

namespace fleetsim::device {
namespace {

constexpr std::array<const FirmwareProfile*, 12> profiles = {
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
