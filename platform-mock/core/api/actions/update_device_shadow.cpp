#include <string>
#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"

namespace fleetsim::platform {
namespace {

/// The codes of the API for the codes that devices get.
std::string_view shadow_refusal_code(std::int32_t refusal) {
  namespace code = things::shadow_code;
  constexpr std::pair<std::int32_t, std::string_view> codes[] = {
      {code::bad_json, "iot.messagebroker.ShadowMessageIsNotJson"},
      {code::no_method, "iot.messagebroker.NotFoundMethodInShadowMessage"},
      {code::no_state, "iot.messagebroker.NotFoundStateInShadowMessage"},
      {code::bad_version, "iot.messagebroker.NotFoundVersionOrNullVersionValue"},
      {code::no_reported, "iot.messagebroker.NotFoundDesireInShadowMessage"},
      {code::empty_reported, "iot.messagebroker.NoneElementInDesire"},
      {code::unknown_method, "iot.messagebroker.MethodValueIsNotUpdate"},
      {code::too_many_attributes, "iot.messagebroker.TooManyElementInDesire"},
      {code::version_conflict, "iot.messagebroker.InvalidVersionValueInShadowMessage"},
  };
  for (const auto& [known, name] : codes)
    if (known == refusal) return name;
  return "iot.messagebroker.UpdateDeviceShadowMessageFailed";
}

}  // namespace

ActionResult update_device_shadow(ActionCall& call) {
  const std::string_view document = call.in.required("ShadowMessage");
  call.in.required("DeviceName");
  const auto desired = call.in.flag("DeltaUpdate", false) ? things::DesiredUpdate::merged : things::DesiredUpdate::replaced;
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  if (const auto refused = call.platform.devices().change_shadow(*device, document, {call.now, call.output}, desired))
    return ApiError::business(shadow_refusal_code(refused->code),
                              std::string{"the shadow was not changed: "} + std::string{refused->message});
  return std::nullopt;
}

}  // namespace fleetsim::platform
