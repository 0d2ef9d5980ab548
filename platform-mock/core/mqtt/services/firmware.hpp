// Firmware over the air, downwards: the message that tells a device of its update.
//
//   push_upgrade(world, device, turn, unix_ms);   // if one is due; when it was set, and each time the device comes online
#pragma once

#include "platform-mock/core/mqtt/services/service.hpp"

namespace fleetsim::platform::mqtt {

/// False: none is due, or the device does not hear it now.
bool push_upgrade(ServiceWorld& world, DeviceIndex device, const Turn& turn, std::int64_t unix_ms);

}  // namespace fleetsim::platform::mqtt
