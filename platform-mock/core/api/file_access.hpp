// How actions find a file that a device has uploaded.
//
//   const auto found = device_file_in_sight(call);    // by FileId, where the device resides
//   if (!found) return found.error();
//   use(found->file);
#pragma once

#include <string_view>

#include "platform-mock/core/api/action.hpp"
#include "platform-mock/core/api/device_view.hpp"
#include "platform-mock/core/api/record_page.hpp"
#include "platform-mock/core/files/device_files.hpp"
#include "platform-mock/core/things/thing_data.hpp"

namespace fleetsim::platform {

struct DeviceFileThere {
  DeviceIndex device;
  Place place;
  const things::DeviceFile& file;  // until the device's data changes
};

inline Result<DeviceFileThere, ApiError> device_file_in_sight(ActionCall& call) {
  const std::string_view id = call.in.required("FileId");
  const auto device = device_in_sight(call);
  if (call.in.failed()) return fail(call.in.error());
  if (!device) return fail(device.error());
  const things::ThingDetails* const details = details_of(call, *device);
  const things::DeviceFile* const file = details == nullptr ? nullptr : file_of_id(*details, id);
  if (file == nullptr) return fail(ApiError::business("iot.device.NotExistedFile", "the device has no such file here"));
  return DeviceFileThere{*device, call.registry().device(*device).listed_at(), *file};
}

}  // namespace fleetsim::platform
