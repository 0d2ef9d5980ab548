// The gateway of GwProductKey and GwDeviceName, or of GwIotId, and devices that shall stand behind it.
//
//   const auto gateway = gateway_in_sight(call);
//   if (!gateway) return gateway.error();
#pragma once

#include <string>
#include <string_view>

#include "platform-mock/core/api/action.hpp"

namespace fleetsim::platform {

inline bool is_gateway(const ActionCall& call, DeviceIndex device) {
  return call.registry().product(call.registry().device(device).product).data.node_type == NodeType::gateway;
}

/// A device of the caller where the call speaks of; nothing when there is none.
inline Result<DeviceIndex, ApiError> device_there(const ActionCall& call, const Place& place, std::string_view product_key,
                                                  std::string_view name) {
  const auto device = call.registry().find_device(product_key, name);
  if (device && call.registry().device(*device).listed_at() == place) return *device;
  return fail(ApiError::business("iot.device.NotExistedDevice", "there is no device \"" + std::string{name} + "\" here"));
}

inline Result<DeviceIndex, ApiError> gateway_in_sight(ActionCall& call) {
  const std::string_view id = call.in.optional("GwIotId");
  if (id.empty()) {
    call.in.required("GwProductKey");
    call.in.required("GwDeviceName");
  }
  if (call.in.failed()) return fail(call.in.error());
  const auto place = place_of(call);
  if (!place) return fail(place.error());
  std::string_view key = call.in.optional("GwProductKey");
  std::string_view name = call.in.optional("GwDeviceName");
  if (!id.empty()) {
    const auto device = call.state.device_of_iot_id(id);
    if (!device || device->value >= call.registry().device_count() || call.registry().device(*device).removed)
      return fail(ApiError::business("iot.device.NotExistedDevice", "there is no such gateway here"));
    key = key_of(call, call.registry().device(*device).product);
    name = call.registry().device(*device).name;
  }
  auto gateway = device_there(call, *place, key, name);
  if (!gateway) return gateway;
  if (!is_gateway(call, *gateway))
    return fail(ApiError::business("iot.prod.InvalidNodeType", "the product of \"" + std::string{name} + "\" is none of gateways"));
  return gateway;
}

}  // namespace fleetsim::platform
