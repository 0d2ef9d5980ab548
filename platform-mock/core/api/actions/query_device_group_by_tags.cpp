#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/group_access.hpp"
#include "platform-mock/core/api/tag_list.hpp"

namespace fleetsim::platform {
namespace {

bool carries(const things::DeviceGroup& group, const things::Tag& wanted) {
  return std::any_of(group.tags.begin(), group.tags.end(),
                     [&](const things::Tag& tag) { return tag.key == wanted.key && (wanted.value.empty() || tag.value == wanted.value); });
}

}  // namespace

/// Groups that carry every tag that is named.
ActionResult query_device_group_by_tags(ActionCall& call) {
  const auto tags = tags_named(call);
  const Page page = call.in.page(small_page_size_max, page_size_default);
  const auto place = place_of(call);
  if (call.in.failed()) return call.in.error();
  if (!place) return place.error();
  std::vector<const things::DeviceGroup*> groups;
  for (const things::DeviceGroup& group : call.platform.things().groups().all())
    if (group.place == *place && std::all_of(tags.begin(), tags.end(), [&](const things::Tag& tag) { return carries(group, tag); }))
      groups.push_back(&group);
  call.out.object("Data").array("DeviceGroup");
  for (std::size_t i = page.first(); i < std::min(groups.size(), page.first() + page.size); ++i)
    call.out.item().member("GroupId", groups[i]->id).member("GroupName", groups[i]->name).end();
  call.out.end().end().member("Total", groups.size()).member("Page", page.number);
  call.out.member("PageCount", pages_of(groups.size(), page.size)).member("PageSize", page.size);
  return std::nullopt;
}

}  // namespace fleetsim::platform
