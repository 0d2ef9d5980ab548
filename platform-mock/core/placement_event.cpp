#include "platform-mock/core/placement_event.hpp"

namespace fleetsim::platform {

PlatformEvent placement_event(PlatformEventKind kind, const Registry& registry, DeviceIndex device, InstanceIndex at) {
  const DeviceRecord& record = registry.device(device);
  const Instance& instance = registry.instance(at);
  PlatformEvent event;
  event.kind = kind;
  event.product_key = registry.product(record.product).config.key.view();
  event.device_name = record.name;
  event.device = device.value;
  event.instance = instance.config.id.view();
  event.region = instance.config.region.view();
  return event;
}

}  // namespace fleetsim::platform
