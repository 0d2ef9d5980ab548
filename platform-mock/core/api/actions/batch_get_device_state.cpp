#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::size_t devices_max = 50;

}  // namespace

ActionResult batch_get_device_state(ActionCall& call) {
  const std::vector<std::string_view> names = call.in.list("DeviceName");
  const std::vector<std::string_view> ids = call.in.list("IotId");
  if (names.size() + ids.size() > devices_max)
    return ApiError::business("iot.device.DeviceCountExceeded", "at most 50 devices can be asked for at once");
  std::vector<DeviceIndex> devices;
  Place place;
  if (ids.empty()) {
    if (names.empty()) return ApiError::gateway(400, "MissingParameter", "\"DeviceName.1\" is missing");
    const auto product = product_in_sight(call);
    if (!product) return product.error();
    place = product->place;
    for (const std::string_view name : names)
      if (const auto device = call.registry().find_device(product->index, name)) devices.push_back(*device);
  } else {
    const auto here = place_of(call);
    if (!here) return here.error();
    place = *here;
    for (const std::string_view id : ids) {
      const auto device = call.state.device_of_iot_id(id);
      if (device && device->value < call.registry().device_count()) devices.push_back(*device);
    }
  }
  call.out.object("DeviceStatusList").array("DeviceStatus");
  for (const DeviceIndex device : devices) {
    const DeviceRecord& record = call.registry().device(device);
    if (record.removed || record.listed_at() != place) continue;  // unknown ones are left out, as the others can still be told
    const std::int64_t online = call.platform.things().times(device, place).online_ms;
    const std::string id = call.state.iot_id(device);
    call.out.item().member("DeviceName", record.name).member("IotId", id).member("DeviceId", id).member("Status", status_of(call, device));
    call.out.member("LastOnlineTime", online == 0 ? std::string{} : utc_text(online)).end();
  }
  call.out.end().end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
