// Devices as answers show them, for the actions that show the same: details, and the few members of a list's entry.
//
//   call.out.object("Data");
//   write_device_detail(call, device);
//   call.out.end();
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform-mock/core/api/action.hpp"

namespace fleetsim::platform {

/// The members of QueryDeviceDetail. Precondition: the device resides where the call speaks of.
void write_device_detail(ActionCall& call, DeviceIndex device);
/// ProductKey, ProductName, DeviceName, IotId: one entry of SimpleDeviceInfo.
void write_simple_device(ActionCall& call, DeviceIndex device);
/// Data.SimpleDeviceInfo, Total, Page, PageCount and PageSize.
void write_simple_devices(ActionCall& call, const std::vector<DeviceIndex>& devices, const Page& page);
/// "" for a moment that has not come.
std::string utc_or_none(std::int64_t unix_ms);
/// The caller's devices of `place` alone, in the order of the registry.
std::vector<DeviceIndex> residing_at(const ActionCall& call, std::vector<DeviceIndex> devices, const Place& place);

struct NamedDevices {
  std::string_view parameter = "DeviceName";
  std::size_t devices_max = 100;
};
/// Devices of ProductKey that are named together, by DeviceName.N: each must be there, none twice.
Result<std::vector<DeviceIndex>, ApiError> devices_named(ActionCall& call, const NamedDevices& how = {});

}  // namespace fleetsim::platform
