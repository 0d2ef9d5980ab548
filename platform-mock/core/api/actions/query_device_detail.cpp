#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/device_view.hpp"

namespace fleetsim::platform {

ActionResult query_device_detail(ActionCall& call) {
  const auto device = device_in_sight(call);
  if (!device) return device.error();
  call.out.object("Data");
  write_device_detail(call, *device);
  call.out.end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
