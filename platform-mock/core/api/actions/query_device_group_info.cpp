#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/group_access.hpp"

namespace fleetsim::platform {

ActionResult query_device_group_info(ActionCall& call) {
  const auto group = group_in_sight(call);
  if (!group) return group.error();
  const auto devices = devices_in(call, **group);
  const auto active =
      std::count_if(devices.begin(), devices.end(), [&](DeviceIndex device) { return call.registry().device(device).activated; });
  const auto online =
      std::count_if(devices.begin(), devices.end(), [&](DeviceIndex device) { return status_of(call, device) == "ONLINE"; });
  call.out.object("Data");
  write_group(call, **group);
  call.out.member("DeviceCount", devices.size()).member("DeviceActive", active).member("DeviceOnline", online).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
