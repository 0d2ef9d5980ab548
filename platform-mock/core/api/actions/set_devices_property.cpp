#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/device_view.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"

namespace fleetsim::platform {
/// SetDeviceProperty for several devices of one product: each is told by itself.
ActionResult set_devices_property(ActionCall& call) {
  const std::string_view items = call.in.required("Items");
  const auto devices = devices_named(call);
  if (call.in.failed()) return call.in.error();
  if (!devices) return devices.error();
  if (!is_json_object(items)) return ApiError::business("iot.system.JsonParseError", "\"Items\" must be a JSON object");
  for (const DeviceIndex device : *devices)
    call.platform.devices().call({.kind = mqtt::CallKind::property_set, .device = device, .payload = items},
                                 [](const mqtt::CallOutcome&, const mqtt::Turn&) {}, {call.now, call.output});
  return std::nullopt;
}

}  // namespace fleetsim::platform
