#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"

namespace fleetsim::platform {

ActionResult get_device_shadow(ActionCall& call) {
  call.in.required("DeviceName");
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  call.out.member("ShadowMessage", call.platform.devices().shadow_of(*device, {call.now, call.output}));
  return std::nullopt;
}

}  // namespace fleetsim::platform
