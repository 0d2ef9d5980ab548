#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"

namespace fleetsim::platform {

ActionResult enable_thing(ActionCall& call) {
  const auto device = device_in_sight(call);
  if (!device) return device.error();
  call.registry().set_enabled(*device, true);
  call.platform.devices().enabled(*device, {call.now, call.output});
  return std::nullopt;
}

}  // namespace fleetsim::platform
