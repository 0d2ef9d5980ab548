#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/json_reader.hpp"
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
  const things::ThingLimits& limits = call.config.limits;
  const std::string most = std::to_string(limits.tags_per_device);
  std::vector<things::Tag> tags;
  for (const auto& [key, value] : *props) tags.push_back({key, value});
  things::DeviceLabels& labels = call.platform.things().labels(*device);
  if (labels.count_with(tags) > limits.tags_per_device)
    return ApiError::business("iot.device.TooManyDevicePropertiesPerTime", "a device has at most " + most + " tags")
        .at(LimitKind::tags_per_device);
  if (!labels.set_tags(tags, limits))
    return ApiError::business("iot.device.InvalidFormattedDevicePropertyKey", "a tag has a name of 1 to 30 bytes and a text of 1 to 128");
  return std::nullopt;
}

}  // namespace fleetsim::platform
