#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/gateway_access.hpp"
#include "platform-mock/core/api/json_reader.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::size_t sub_devices_max = 30;

}  // namespace

/// Asks the gateway to add sub-devices; it does so by thing/topo/add, with their signatures, or not.
ActionResult notify_add_thing_topo(ActionCall& call) {
  const auto listed = objects_in(call.in.required("DeviceListStr"));
  const auto gateway = gateway_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!gateway) return gateway.error();
  if (!listed || listed->empty() || listed->size() > sub_devices_max)
    return ApiError::business("iot.system.JsonParseError",
                              R"("DeviceListStr" must be a JSON array of 1 to 30 {"productKey":…,"deviceName":…})");
  const Place place = call.registry().device(*gateway).listed_at();
  std::vector<DeviceIndex> sub_devices;
  for (const TextMembers& one : *listed) {
    const auto device = device_there(call, place, member_text(one, "productKey"), member_text(one, "deviceName"));
    if (!device) return device.error();
    sub_devices.push_back(*device);
  }
  const auto id = call.platform.devices().ask_to_add(*gateway, sub_devices, {call.now, call.output});
  if (!id) return ApiError::business("iot.messagebroker.OFFLINE", "the gateway does not hear it now");
  call.out.object("Data").member("MessageId", std::to_string(id->value)).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
