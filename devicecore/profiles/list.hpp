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

}  // namespace fleetsim::device
