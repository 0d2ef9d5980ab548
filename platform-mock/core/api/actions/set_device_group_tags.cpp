#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/group_access.hpp"
#include "platform-mock/core/api/json_reader.hpp"

namespace fleetsim::platform {

/// Takes the place of all tags that the group had.
ActionResult set_device_group_tags(ActionCall& call) {
  const auto given = objects_in(call.in.required("TagString"));
  const auto group = group_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!group) return group.error();
  const auto malformed = ApiError::business("iot.check.InvalidFormattedParameter", "\"TagString\" must be a JSON array of at most " +
                                                                                       std::to_string(call.config.limits.tags_per_device) +
                                                                                       R"( {"tagKey":…,"tagValue":…})");
  if (!given) return malformed;
  if (given->size() > call.config.limits.tags_per_device) return ApiError{malformed}.at(LimitKind::tags_per_device);
  // A device's tags have the same limits.
  things::DeviceLabels labels;
  std::vector<things::Tag> tags;
  for (const TextMembers& tag : *given)
    tags.push_back({std::string{member_text(tag, "tagKey")}, std::string{member_text(tag, "tagValue")}});
  if (!labels.set_tags(tags, call.config.limits)) return malformed;
  call.platform.things().groups().set_tags((*group)->id, labels.tags());
  return std::nullopt;
}

}  // namespace fleetsim::platform
