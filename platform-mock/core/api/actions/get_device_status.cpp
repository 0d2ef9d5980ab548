#include <algorithm>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {

ActionResult get_device_status(ActionCall& call) {
  const auto device = device_in_sight(call);
  if (!device) return device.error();
  const Place place = call.registry().device(*device).listed_at();
  const things::StatusTimes times = call.platform.things().times(*device, place);
  const std::int64_t since = std::max(times.online_ms, times.offline_ms);
  call.out.object("Data").member("Status", status_of(call, *device)).member("Timestamp", since == 0 ? call.unix_ms(call.now) : since).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
