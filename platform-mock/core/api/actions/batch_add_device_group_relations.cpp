#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/group_access.hpp"
#include "platform-mock/core/things/thing_limits.hpp"

namespace fleetsim::platform {

/// Devices that are none of the place, that are in it already or in ten others are counted and left out.
ActionResult batch_add_device_group_relations(ActionCall& call) {
  const auto group = group_in_sight(call);
  if (!group) return group.error();
  const auto devices = devices_listed(call, (*group)->place);
  if (call.in.failed()) return call.in.error();
  if (devices_in(call, **group).size() + devices.size() > things::devices_per_group_max)
    return ApiError::business("iot.device.DeviceCountExceeded", "a group has at most 20,000 devices");
  std::size_t already = 0;
  std::size_t full = 0;
  std::size_t added = 0;
  for (const DeviceIndex device : devices) {
    const things::DeviceLabels* const known = call.platform.things().find_labels(device);
    if (known != nullptr && known->is_in_group((*group)->id)) {
      ++already;
    } else if (known != nullptr && known->groups().size() >= things::groups_max) {
      ++full;
    } else if (call.platform.things().labels(device).join_group((*group)->id)) {
      ++added;
    }
  }
  call.out.member("ValidDeviceCount", devices.size()).member("SuccessAddedDeviceCount", added);
  call.out.member("AlreadyRelatedGroupDeviceCount", already).member("ExceedTenGroupDeviceCount", full);
  return std::nullopt;
}

}  // namespace fleetsim::platform
