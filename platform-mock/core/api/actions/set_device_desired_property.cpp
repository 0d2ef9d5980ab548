#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"

namespace fleetsim::platform {
namespace {

ApiError wish_refusal(things::DesiredProperties::Refusal why) {
  using Refusal = things::DesiredProperties::Refusal;
  switch (why) {
    case Refusal::malformed:
      return ApiError::business("iot.system.JsonParseError", "\"Items\" and \"Versions\" must be JSON objects");
    case Refusal::wrong_version:
      return ApiError::business("iot.device.DesiredVersionConflict", "somebody has changed the wish: \"Versions\" is not what is known");
    case Refusal::too_many:
      return ApiError::business("iot.device.TooManyDevicePropertiesPerTime", "a device has at most 200 wishes");
    case Refusal::too_long:
      return ApiError::business("iot.device.LongDevicePropertiesString", "a name or value is too long");
  }
  return ApiError::business("iot.system.SystemException", "");
}

}  // namespace

/// All of them or none. A device that is online hears of it at once.
ActionResult set_device_desired_property(ActionCall& call) {
  const std::string_view items = call.in.required("Items");
  const std::string_view versions = call.in.optional("Versions");
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  const auto outcome = call.platform.devices().set_desired(*device, items, versions, {call.now, call.output});
  if (!outcome) return wish_refusal(outcome.error());
  JsonWriter told;
  told.begin();
  for (const auto& [name, version] : outcome->versions) told.member(name, version);
  call.out.object("Data").member("MessageId", call.state.new_message_id()).member("Versions", told.finish()).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
