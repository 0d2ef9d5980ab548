#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/group_access.hpp"

namespace fleetsim::platform {

/// The newest first. With SuperGroupId: those that stand in it; without: those that stand in none.
ActionResult query_device_group_list(ActionCall& call) {
  const Page page = call.in.page(page_size_max, page_size_default);
  const std::string_view name = call.in.optional("GroupName");
  const std::string_view above = call.in.optional("SuperGroupId");
  call.in.not_served("GroupTypes.1", "groups are static");
  const auto place = place_of(call);
  if (call.in.failed()) return call.in.error();
  if (!place) return place.error();
  std::vector<const things::DeviceGroup*> groups;
  for (const things::DeviceGroup& group : call.platform.things().groups().all())
    if (group.place == *place && group.super_id == above && (name.empty() || group.name.find(name) != std::string::npos))
      groups.push_back(&group);
  std::reverse(groups.begin(), groups.end());
  call.out.object("Data").array("GroupInfo");
  for (std::size_t i = page.first(); i < std::min(groups.size(), page.first() + page.size); ++i) {
    call.out.item();
    write_group(call, *groups[i]);
    call.out.end();
  }
  call.out.end().end().member("Total", groups.size()).member("CurrentPage", page.number);
  call.out.member("PageCount", pages_of(groups.size(), page.size)).member("PageSize", page.size);
  return std::nullopt;
}

}  // namespace fleetsim::platform
