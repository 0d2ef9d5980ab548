#include "platform-mock/core/api/actions/actions.hpp"

namespace fleetsim::platform {

ActionResult delete_device(ActionCall& call) {
  const auto device = device_in_sight(call);
  if (!device) return device.error();
  call.platform.remove_device(*device, call.now, call.output);
  call.state.forget(*device);
  return std::nullopt;
}

}  // namespace fleetsim::platform
