#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/group_access.hpp"

namespace fleetsim::platform {

/// The group that it stands in.
ActionResult query_super_device_group(ActionCall& call) {
  const auto group = group_in_sight(call);
  if (!group) return group.error();
  const things::DeviceGroup* const above = call.platform.things().groups().find((*group)->super_id, (*group)->place);
  call.out.object("Data").array("GroupInfo");
  if (above != nullptr) {
    call.out.item();
    write_group(call, *above);
    call.out.end();
  }
  call.out.end().end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
