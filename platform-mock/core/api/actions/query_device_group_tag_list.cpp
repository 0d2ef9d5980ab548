#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/group_access.hpp"

namespace fleetsim::platform {

ActionResult query_device_group_tag_list(ActionCall& call) {
  const auto group = group_in_sight(call);
  if (!group) return group.error();
  call.out.object("Data").array("GroupTagInfo");
  for (const things::Tag& tag : (*group)->tags) call.out.item().member("TagKey", tag.key).member("TagValue", tag.value).end();
  call.out.end().end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
