#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/group_access.hpp"

namespace fleetsim::platform {

ActionResult query_device_group_by_device(ActionCall& call) {
  call.in.required("DeviceName");
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  const things::ThingStore& things = call.platform.things();
  const things::DeviceLabels* const labels = things.find_labels(*device);
  const Place place = call.registry().device(*device).listed_at();
  call.out.object("GroupInfos").array("GroupInfo");
  for (const std::string& id : labels == nullptr ? std::vector<std::string>{} : labels->groups()) {
    const things::DeviceGroup* const group = things.groups().find(id, place);
    if (group == nullptr) continue;
    call.out.item();
    write_group(call, *group);
    call.out.end();
  }
  call.out.end().end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
