#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {

ActionResult delete_device_prop(ActionCall& call) {
  const std::string_view key = call.in.required("PropKey");
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  const things::DeviceLabels* const known = call.platform.things().find_labels(*device);
  if (known == nullptr || known->find_tag(key) == nullptr)
    return ApiError::business("iot.device.NoneDeviceProperties", "the device has no tag \"" + std::string{key} + "\"");
  call.platform.things().labels(*device).remove_tag(key);
  return std::nullopt;
}

}  // namespace fleetsim::platform
