#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/device_view.hpp"

namespace fleetsim::platform {
ActionResult batch_query_device_detail(ActionCall& call) {
  const auto devices = devices_named(call);
  if (!devices) return devices.error();
  call.out.object("Data").array("Data");
  for (const DeviceIndex device : *devices) {
    call.out.item();
    write_device_detail(call, device);
    call.out.end();
  }
  call.out.end().end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
