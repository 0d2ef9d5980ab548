#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/device_view.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"

namespace fleetsim::platform {
/// A service of several devices of one product. Always asynchronous: what they answer is in QueryDeviceServiceData.
ActionResult invoke_things_service(ActionCall& call) {
  const std::string_view service = call.in.required("Identifier");
  const std::string_view args = call.in.required("Args");
  const auto devices = devices_named(call);
  if (call.in.failed()) return call.in.error();
  if (!devices) return devices.error();
  if (!is_service_name(service)) return ApiError::business("iot.check.InvalidFormattedParameter", "\"Identifier\" is no service's name");
  if (!is_json_object(args)) return ApiError::business("iot.system.JsonParseError", "\"Args\" must be a JSON object");
  for (const DeviceIndex device : *devices)
    call.platform.devices().call({.kind = mqtt::CallKind::service, .device = device, .name = std::string{service}, .payload = args},
                                 [](const mqtt::CallOutcome&, const mqtt::Turn&) {}, {call.now, call.output});
  return std::nullopt;
}

}  // namespace fleetsim::platform
