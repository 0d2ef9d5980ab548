#include "platform-mock/core/things/topology.hpp"

#include <algorithm>

namespace fleetsim::platform::things {

Topology::Added Topology::add(DeviceIndex gateway, DeviceIndex sub_device, std::size_t sub_devices_max) {
  if (gateway == sub_device) return Added::itself;
  const auto known = gateway_of(sub_device);
  if (known == gateway) return Added::already;
  if (sub_devices_of(gateway).size() >= sub_devices_max) return Added::full;
  if (known) remove(*known, sub_device);
  changed(sub_device);
  gateways_[sub_device] = gateway;
  sub_devices_[gateway].push_back(sub_device);
  return Added::yes;
}

bool Topology::remove(DeviceIndex gateway, DeviceIndex sub_device) {
  if (!has(gateway, sub_device)) return false;
  changed(sub_device);
  gateways_.erase(sub_device);
  const auto at = sub_devices_.find(gateway);
  std::erase(at->second, sub_device);
  if (at->second.empty()) sub_devices_.erase(at);
  return true;
}

std::optional<DeviceIndex> Topology::gateway_of(DeviceIndex sub_device) const {
  const auto at = gateways_.find(sub_device);
  if (at == gateways_.end()) return std::nullopt;
  return at->second;
}

const std::vector<DeviceIndex>& Topology::sub_devices_of(DeviceIndex gateway) const {
  const auto at = sub_devices_.find(gateway);
  return at == sub_devices_.end() ? none_ : at->second;
}

void Topology::clear(DeviceIndex device) {
  if (const auto gateway = gateway_of(device)) remove(*gateway, device);
  const auto at = sub_devices_.find(device);
  if (at == sub_devices_.end()) return;
  for (const DeviceIndex sub_device : at->second) {
    changed(sub_device);
    gateways_.erase(sub_device);
  }
  sub_devices_.erase(at);
}

}  // namespace fleetsim::platform::things
