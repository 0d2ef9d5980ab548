#include <string>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"

namespace fleetsim::platform {

ActionResult update_device_shadow(ActionCall& call) {
  const std::string_view document = call.in.required("ShadowMessage");
  call.in.required("DeviceName");
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  if (const auto refused = call.platform.devices().change_shadow(*device, document, {call.now, call.output}))
    return ApiError::business("iot.system.IllegalRequest", std::string{"the shadow was not changed: "} + std::string{refused->message});
  return std::nullopt;
}

}  // namespace fleetsim::platform
