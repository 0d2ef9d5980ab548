// What a firmware does, as data: `reference` does all right; others show the behaviours of real SDKs or one deliberate fault.
// A profile is a file under profiles/ and one line in profiles/list.cpp. Choices that data cannot express are policy functions here.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace fleetsim::device {

struct FirmwareProfile {
  std::string_view name;
  std::string_view summary;
  bool can_bootstrap = true;  // false: `legacy`, uses the burned endpoint for ever
};

/// `reference` first. The whole list, for `fleetsim list`.
std::span<const FirmwareProfile* const> firmware_profiles();
/// nullptr when there is none of that name.
const FirmwareProfile* find_firmware_profile(std::string_view name);

}  // namespace fleetsim::device
