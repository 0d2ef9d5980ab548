// Events that tell of a device and the instance where something happened to it.
//
//   PlatformEvent event = placement_event(PlatformEventKind::committed, registry, device, target);
#pragma once

#include <variant>

#include "platform-mock/core/output.hpp"
#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform {

inline const Handover* handover_of(const DeviceRecord& record) { return std::get_if<Handover>(&record.placement); }

/// Its views live as long as the registry keeps the device and the instance as they are.
PlatformEvent placement_event(PlatformEventKind kind, const Registry& registry, DeviceIndex device, InstanceIndex at);

}  // namespace fleetsim::platform
