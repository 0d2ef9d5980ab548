// How actions find a group, and how they show one.
//
//   const auto group = group_in_sight(call);          // by GroupId, at the place that the call speaks of
//   if (!group) return group.error();
//   write_group(call, **group);
#pragma once

#include <algorithm>
#include <vector>

#include "platform-mock/core/api/action.hpp"
#include "platform-mock/core/api/device_view.hpp"
#include "platform-mock/core/things/device_groups.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {

/// Devices that one call may put into a group or take out.
inline constexpr std::size_t group_relations_max = 200;

inline Result<const things::DeviceGroup*, ApiError> group_in_sight(ActionCall& call) {
  call.in.not_served("GroupType", "groups are static");
  const std::string_view id = call.in.required("GroupId");
  if (call.in.failed()) return fail(call.in.error());
  const auto place = place_of(call);
  if (!place) return fail(place.error());
  const things::DeviceGroup* const group = call.platform.things().groups().find(id, *place);
  if (group == nullptr) return fail(ApiError::business("iot.group.NotExistedGroup", "there is no group \"" + std::string{id} + "\" here"));
  return group;
}

inline void write_group(ActionCall& call, const things::DeviceGroup& group) {
  call.out.member("GroupId", group.id).member("GroupName", group.name).member("GroupDesc", group.description);
  call.out.member("UtcCreate", utc_text(group.created_ms));
}

inline std::vector<DeviceIndex> devices_in(ActionCall& call, const things::DeviceGroup& group) {
  return residing_at(
      call, call.platform.things().devices_labelled([&](const things::DeviceLabels& labels) { return labels.is_in_group(group.id); }),
      group.place);
}

/// Device.N.ProductKey and Device.N.DeviceName: those that are where the group is; the others are left out.
inline std::vector<DeviceIndex> devices_listed(ActionCall& call, const Place& place) {
  const auto keys = call.in.list("Device", "ProductKey");
  const auto names = call.in.list("Device", "DeviceName");
  if (keys.empty() || keys.size() != names.size())
    call.in.wrong(ApiError::gateway(400, "MissingParameter", "\"Device.1.ProductKey\" and \"Device.1.DeviceName\" are needed, in pairs"));
  if (keys.size() > group_relations_max) call.in.wrong(ApiError::business("iot.device.DeviceCountExceeded", "at most 200 devices at once"));
  std::vector<DeviceIndex> devices;
  for (std::size_t i = 0; i < std::min(keys.size(), names.size()); ++i) {
    const auto device = call.registry().find_device(keys[i], names[i]);
    if (device && std::find(devices.begin(), devices.end(), *device) == devices.end()) devices.push_back(*device);
  }
  return residing_at(call, devices, place);
}

}  // namespace fleetsim::platform
