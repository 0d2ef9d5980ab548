#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {

/// Of a sub-device: from its gateway. Of a gateway: from all of its sub-devices.
ActionResult remove_thing_topo(ActionCall& call) {
  const auto device = device_in_sight(call);
  if (!device) return device.error();
  const things::Topology& topology = call.platform.things().topology();
  mqtt::DeviceDesk& desk = call.platform.devices();
  const std::vector<DeviceIndex> subs = topology.sub_devices_of(*device);
  const auto gateway = topology.gateway_of(*device);
  if (!gateway && subs.empty())
    return ApiError::business("iot.device.RemoveTopoRelationFailed", "the device stands behind no gateway, and nothing behind it");
  if (gateway) desk.remove_from_topology(*gateway, *device, {call.now, call.output});
  for (const DeviceIndex sub : subs) desk.remove_from_topology(*device, sub, {call.now, call.output});
  call.out.member("Data", true);
  return std::nullopt;
}

}  // namespace fleetsim::platform
