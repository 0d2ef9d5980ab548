#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/group_access.hpp"

namespace fleetsim::platform {
namespace {

bool is_group_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

ApiError group_refusal(things::DeviceGroups::Refusal why, const things::ThingLimits& limits) {
  using Refusal = things::DeviceGroups::Refusal;
  switch (why) {
    case Refusal::name_taken:
      return ApiError::business("iot.group.AlreadyExistedGroupName", "there is a group of that name here");
    case Refusal::no_such_super:
      return ApiError::business("iot.group.NotExistedGroup", "\"SuperGroupId\" names no group here");
    case Refusal::too_deep:
      return ApiError::business("iot.group.GroupLevelExceeded",
                                "groups stand in groups on " + std::to_string(limits.device_group_levels) + " levels at most")
          .at(LimitKind::device_groups);
    case Refusal::too_many:
      return ApiError::business("iot.group.GroupCountExceeded", "at most " + std::to_string(limits.device_groups_per_place) +
                                                                    " groups here, and " + std::to_string(limits.groups_per_group) +
                                                                    " in one")
          .at(LimitKind::device_groups);
  }
  return ApiError::business("iot.system.SystemException", "");
}

}  // namespace

ActionResult create_device_group(ActionCall& call) {
  call.in.required("GroupName");
  const std::string_view name = call.in.text("GroupName", {.characters_min = 4, .characters_max = 30});
  const std::string_view description = call.in.text("GroupDesc", {.characters_min = 0, .characters_max = 100});
  const auto place = place_of(call);
  if (call.in.failed()) return call.in.error();
  if (!place) return place.error();
  if (!is_group_name(name))
    return ApiError::business("iot.check.InvalidFormattedParameter", "\"GroupName\" may hold letters, digits and underscores");
  things::DeviceGroup group{.id = call.state.new_group_id(),
                            .name = std::string{name},
                            .description = std::string{description},
                            .super_id = std::string{call.in.optional("SuperGroupId")},
                            .place = *place,
                            .created_ms = call.unix_ms(call.now)};
  if (const auto refused = call.platform.things().groups().add(group, call.config.limits))
    return group_refusal(*refused, call.config.limits);
  call.out.object("Data");
  write_group(call, group);
  call.out.end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
