#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/device_view.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {

ActionResult get_gateway_by_sub_device(ActionCall& call) {
  const auto device = device_in_sight(call);
  if (!device) return device.error();
  const auto gateway = call.platform.things().topology().gateway_of(*device);
  if (!gateway) return ApiError::business("iot.device.QueryTopoRelationFailed", "the device stands behind no gateway");
  call.out.object("Data");
  write_device_detail(call, *gateway);
  // Of this action alone the SDK reads these two in lower case.
  const Place place = call.registry().device(*gateway).listed_at();
  call.out.member("iotId", call.state.iot_id(*gateway));
  call.out.member("region", call.registry().region(call.registry().instance(place.instance).region).id.view()).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
