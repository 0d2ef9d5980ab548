#include <algorithm>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/gateway_access.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::size_t items_max = 10;

/// Why an item cannot stand behind the gateway, or which device it is.
Result<DeviceIndex, ApiError> sub_device_of(const ActionCall& call, DeviceIndex gateway, std::size_t number) {
  const std::string at = "TopoAddItem." + std::to_string(number) + ".";
  const Place place = call.registry().device(gateway).listed_at();
  auto device = device_there(call, place, call.in.optional(at + "ProductKey"), call.in.optional(at + "DeviceName"));
  if (!device) return device;
  if (*device == gateway) return fail(ApiError::business("iot.device.AddTopoRelationFailed", "a gateway is not its own sub-device"));
  const mqtt::SubDeviceProof proof{.client_id = call.in.optional(at + "ClientId"),
                                   .timestamp = call.in.optional(at + "Timestamp"),
                                   .sign_method = call.in.optional(at + "SignMethod"),
                                   .sign = call.in.optional(at + "Sign")};
  if (!call.platform.devices().is_proof(*device, proof))
    return fail(ApiError::business("iot.device.VerifyDeviceFailed", "\"" + at + "Sign\" is not the device's signature"));
  return device;
}

}  // namespace

/// All of them or none. The gateway hears of each by thing/topo/change.
ActionResult batch_add_thing_topo(ActionCall& call) {
  const auto gateway = gateway_in_sight(call);
  if (!gateway) return gateway.error();
  const std::size_t count = call.in.list("TopoAddItem", "DeviceName").size();
  if (count == 0) return ApiError::gateway(400, "MissingParameter", "\"TopoAddItem.1.DeviceName\" is missing");
  if (count > items_max) return ApiError::business("iot.device.DeviceCountExceeded", "at most 10 sub-devices at once");
  const std::size_t most = documented_max(call.config.limits, call.config.limits.sub_devices_per_gateway);
  const things::Topology& topology = call.platform.things().topology();
  std::vector<DeviceIndex> fresh;
  for (std::size_t i = 1; i <= count; ++i) {
    const auto device = sub_device_of(call, *gateway, i);
    if (!device) return device.error();
    const bool is_known = topology.has(*gateway, *device) || std::find(fresh.begin(), fresh.end(), *device) != fresh.end();
    if (!is_known) fresh.push_back(*device);
  }
  if (topology.sub_devices_of(*gateway).size() + fresh.size() > most)
    return ApiError::business("iot.device.TopoRelationCountExceeded", "a gateway has at most " + std::to_string(most) + " sub-devices")
        .at(LimitKind::sub_devices_per_gateway);
  for (const DeviceIndex device : fresh) call.platform.devices().add_to_topology(*gateway, device, {call.now, call.output});
  return std::nullopt;
}

}  // namespace fleetsim::platform
