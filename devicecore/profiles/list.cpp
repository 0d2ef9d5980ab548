#include "devicecore/profiles/list.hpp"

#include <array>

namespace fleetsim::device {
namespace {

constexpr std::array<const FirmwareProfile*, 2> profiles = {
    &reference_profile,
    &legacy_profile,
};

}  // namespace

std::span<const FirmwareProfile* const> firmware_profiles() { return profiles; }

const FirmwareProfile* find_firmware_profile(std::string_view name) {
  for (const FirmwareProfile* profile : profiles)
    if (profile->name == name) return profile;
  return nullptr;
}

}  // namespace fleetsim::device
