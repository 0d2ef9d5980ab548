#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/group_access.hpp"

namespace fleetsim::platform {

/// Devices that are none of the place, that are in it already or in too many others are counted and left out.
ActionResult batch_add_device_group_relations(ActionCall& call) {
  const auto group = group_in_sight(call);
  if (!group) return group.error();
  const auto devices = devices_listed(call, (*group)->place);
  if (call.in.failed()) return call.in.error();
  const Limits& limits = call.config.limits;
  if (devices_in(call, **group).size() + devices.size() > documented_max(limits, limits.devices_per_group))
    return ApiError::business("iot.device.DeviceCountExceeded",
                              "a group has at most " + std::to_string(limits.devices_per_group) + " devices")
        .at(LimitKind::devices_per_group);
  std::size_t already = 0;
  std::size_t full = 0;
  std::size_t added = 0;
  for (const DeviceIndex device : devices) {
    const things::DeviceLabels* const known = call.platform.things().find_labels(device);
    if (known != nullptr && known->is_in_group((*group)->id)) {
      ++already;
    } else if (known != nullptr && known->groups().size() >= limits.groups_per_device) {
      ++full;
      call.platform.limits_reached().reached(LimitKind::groups_per_device);
    } else if (call.platform.things().labels(device).join_group((*group)->id, limits)) {
      ++added;
    }
  }
  call.out.member("ValidDeviceCount", devices.size()).member("SuccessAddedDeviceCount", added);
  call.out.member("AlreadyRelatedGroupDeviceCount", already).member("ExceedTenGroupDeviceCount", full);
  return std::nullopt;
}

}  // namespace fleetsim::platform
