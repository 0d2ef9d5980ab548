#include "platform-mock/core/api/actions/actions.hpp"

namespace fleetsim::platform {

ActionResult query_device_info(ActionCall& call) {
  const auto device = device_in_sight(call);
  if (!device) return device.error();
  const DeviceRecord& record = call.registry().device(*device);
  call.out.object("Data").member("ProductKey", key_of(call, record.product)).member("DeviceName", record.name);
  call.out.member("DeviceSecret", record.secret).member("IotId", call.state.iot_id(*device));
  call.out.member("Nickname", call.state.nickname(*device)).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
