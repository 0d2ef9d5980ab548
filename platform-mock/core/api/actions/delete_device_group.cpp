#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/group_access.hpp"

namespace fleetsim::platform {

/// Its devices stay; they are not in it any more.
ActionResult delete_device_group(ActionCall& call) {
  const auto group = group_in_sight(call);
  if (!group) return group.error();
  things::ThingStore& things = call.platform.things();
  if (things.groups().has_sub_groups((*group)->id))
    return ApiError::business("iot.group.HasSubGroups", "other groups stand in it: delete them first");
  const std::string id = (*group)->id;
  things.dissolve_group(id);
  things.groups().remove(id);
  return std::nullopt;
}

}  // namespace fleetsim::platform
