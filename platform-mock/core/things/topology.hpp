// Which sub-devices stand behind which gateway. A sub-device has at most one gateway; the latest that proves to know it counts. Cleared
// when one of the two is distributed.
//
//   Topology topology;
//   topology.add(gateway, sensor, 1500);
//   topology.gateway_of(sensor);   // gateway
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/journal.hpp"

namespace fleetsim::platform::things {

// What thing/topo/change says in `status`.
inline constexpr int topology_created = 0;
inline constexpr int topology_deleted = 1;
inline constexpr int topology_enabled = 2;
inline constexpr int topology_disabled = 8;

class Topology {
 public:
  enum class Added : std::uint8_t { yes, already, itself, full };
  /// A sub-device that stood behind another gateway stands behind this one from now on.
  Added add(DeviceIndex gateway, DeviceIndex sub_device, std::size_t sub_devices_max);
  /// False: it did not stand behind that gateway.
  bool remove(DeviceIndex gateway, DeviceIndex sub_device);
  std::optional<DeviceIndex> gateway_of(DeviceIndex sub_device) const;
  /// In the order in which they were added.
  const std::vector<DeviceIndex>& sub_devices_of(DeviceIndex gateway) const;
  bool has(DeviceIndex gateway, DeviceIndex sub_device) const { return gateway_of(sub_device) == gateway; }
  /// Takes the device out of every relation.
  void clear(DeviceIndex device);
  /// Who is told of every change; null: nobody.
  void record(Journal* journal) { journal_ = journal; }

 private:
  void changed(DeviceIndex sub_device) {
    if (journal_ != nullptr) journal_->gateway_changed(sub_device);
  }

  std::unordered_map<DeviceIndex, DeviceIndex> gateways_;
  std::unordered_map<DeviceIndex, std::vector<DeviceIndex>> sub_devices_;
  std::vector<DeviceIndex> none_;
  Journal* journal_ = nullptr;
};

}  // namespace fleetsim::platform::things
