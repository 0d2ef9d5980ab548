#include <string>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"

namespace fleetsim::platform {

ActionResult set_device_property(ActionCall& call) {
  const std::string_view items = call.in.required("Items");
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  if (!is_json_object(items)) return ApiError::business("iot.system.JsonParseError", "\"Items\" must be a JSON object");
  const mqtt::DeviceCall question{.kind = mqtt::CallKind::property_set, .device = *device, .payload = items};
  // Success says that it was sent: what the device makes of it is in its properties.
  const mqtt::CallId id =
      call.platform.devices().call(question, [](const mqtt::CallOutcome&, const mqtt::Turn&) {}, {call.now, call.output});
  call.out.object("Data").member("MessageId", std::to_string(id.value)).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
