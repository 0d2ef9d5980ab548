#include <algorithm>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {

/// The sub-devices of a gateway.
ActionResult get_thing_topo(ActionCall& call) {
  const auto number = call.in.required_whole("PageNo", {.min = 1});
  const auto size = call.in.required_whole("PageSize", {.min = 1, .max = static_cast<std::int64_t>(small_page_size_max)});
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  const Page page{.number = static_cast<std::size_t>(number), .size = static_cast<std::size_t>(size)};
  const std::vector<DeviceIndex>& subs = call.platform.things().topology().sub_devices_of(*device);
  call.out.object("Data").member("Total", subs.size()).member("CurrentPage", page.number);
  call.out.member("PageSize", page.size).member("PageCount", pages_of(subs.size(), page.size)).object("List").array("deviceInfo");
  for (std::size_t i = page.first(); i < std::min(subs.size(), page.first() + page.size); ++i) {
    const DeviceRecord& sub = call.registry().device(subs[i]);
    call.out.item().member("IotId", call.state.iot_id(subs[i])).member("ProductKey", key_of(call, sub.product));
    call.out.member("DeviceName", sub.name).end();
  }
  call.out.end().end().end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
