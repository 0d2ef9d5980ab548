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
extern const FirmwareProfile mutant_wrong_port_profile;

}  // namespace fleetsim::device
