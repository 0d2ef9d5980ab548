#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/group_access.hpp"

namespace fleetsim::platform {

ActionResult update_device_group(ActionCall& call) {
  const std::string_view description = call.in.text("GroupDesc", {.characters_min = 0, .characters_max = 100});
  const auto group = group_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!group) return group.error();
  call.platform.things().groups().describe((*group)->id, description);
  return std::nullopt;
}

}  // namespace fleetsim::platform
