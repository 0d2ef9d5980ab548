#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/group_access.hpp"
#include "platform-mock/core/api/json_reader.hpp"
#include "platform-mock/core/things/thing_limits.hpp"

namespace fleetsim::platform {

/// Takes the place of all tags that the group had.
ActionResult set_device_group_tags(ActionCall& call) {
  const auto given = objects_in(call.in.required("TagString"));
  const auto group = group_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!group) return group.error();
  const auto malformed = ApiError::business("iot.check.InvalidFormattedParameter",
                                            R"("TagString" must be a JSON array of at most 100 {"tagKey":…,"tagValue":…})");
  if (!given) return malformed;
  // A device's tags have the same limits.
  things::DeviceLabels labels;
  std::vector<things::Tag> tags;
  for (const TextMembers& tag : *given)
    tags.push_back({std::string{member_text(tag, "tagKey")}, std::string{member_text(tag, "tagValue")}});
  if (!labels.set_tags(tags)) return malformed;
  call.platform.things().groups().set_tags((*group)->id, labels.tags());
  return std::nullopt;
}

}  // namespace fleetsim::platform
