#include "platform-mock/core/api/actions/actions.hpp"

namespace fleetsim::platform {

ActionResult reset_thing(ActionCall& call) {
  const auto device = device_in_sight(call);
  if (!device) return device.error();
  // Inactive from now on, as if it had never connected here; dynamic registration may give it its secret again.
  call.platform.end_sessions(*device, "the device was reset", call.now, call.output);
  call.registry().deactivate(*device);
  return std::nullopt;
}

}  // namespace fleetsim::platform
