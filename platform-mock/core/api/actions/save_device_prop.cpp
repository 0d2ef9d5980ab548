#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/json_reader.hpp"
#include "platform-mock/core/things/thing_limits.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {

/// Adds tags and changes those that are there: all of them or none.
ActionResult save_device_prop(ActionCall& call) {
  const auto props = text_members(call.in.required("Props"));
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  if (!props)
    return ApiError::business("iot.device.InvalidFormattedDevicePropertiesString", "\"Props\" must be a JSON object of names and texts");
  if (props->empty()) return ApiError::business("iot.device.NullDevicePropertiesString", "\"Props\" names no tag");
  if (props->size() > things::tags_max)
    return ApiError::business("iot.device.TooManyDevicePropertiesPerTime", "a device has at most 100 tags");
  std::vector<things::Tag> tags;
  for (const auto& [key, value] : *props) tags.push_back({key, value});
  if (!call.platform.things().labels(*device).set_tags(tags))
    return ApiError::business("iot.device.InvalidFormattedDevicePropertyKey",
                              "a tag has a name of 1 to 30 bytes and a text of 1 to 128, and a device at most 100 of them");
  return std::nullopt;
}

}  // namespace fleetsim::platform
