#include "platform-mock/core/things/device_groups.hpp"

#include <algorithm>
#include <utility>

#include "devicecore/base/ensure.hpp"

namespace fleetsim::platform::things {

std::optional<DeviceGroups::Refusal> DeviceGroups::add(DeviceGroup group, const ThingLimits& limits) {
  std::size_t of_place = 0;
  std::size_t beside = 0;
  for (const DeviceGroup& known : groups_) {
    if (known.place != group.place) continue;
    ++of_place;
    if (known.super_id == group.super_id) ++beside;
    if (known.name == group.name) return Refusal::name_taken;
  }
  if (of_place >= limits.device_groups_per_place) return Refusal::too_many;
  if (!group.super_id.empty()) {
    const DeviceGroup* const above = find(group.super_id, group.place);
    if (above == nullptr) return Refusal::no_such_super;
    if (depth_of(*above, limits.device_group_levels) >= limits.device_group_levels) return Refusal::too_deep;
    if (beside >= limits.groups_per_group) return Refusal::too_many;
  }
  changed(group.id);
  groups_.push_back(std::move(group));
  return std::nullopt;
}

const DeviceGroup* DeviceGroups::find(std::string_view id) const {
  const auto at = std::find_if(groups_.begin(), groups_.end(), [id](const DeviceGroup& known) { return known.id == id; });
  return at == groups_.end() ? nullptr : &*at;
}

const DeviceGroup* DeviceGroups::find(std::string_view id, const Place& place) const {
  const DeviceGroup* const known = find(id);
  return known == nullptr || known->place != place ? nullptr : known;
}

DeviceGroup& DeviceGroups::group(std::string_view id) {
  const DeviceGroup* const known = find(id);
  ensure(known != nullptr);
  changed(id);
  return groups_[static_cast<std::size_t>(known - groups_.data())];
}

void DeviceGroups::describe(std::string_view id, std::string_view description) { group(id).description = description; }
void DeviceGroups::set_tags(std::string_view id, std::vector<Tag> tags) { group(id).tags = std::move(tags); }

bool DeviceGroups::has_sub_groups(std::string_view id) const {
  return std::any_of(groups_.begin(), groups_.end(), [id](const DeviceGroup& known) { return known.super_id == id; });
}

void DeviceGroups::remove(std::string_view id) {
  changed(id);
  std::erase_if(groups_, [id](const DeviceGroup& known) { return known.id == id; });
}

/// 1 for one that stands in none; no more than `levels_max` are counted.
std::size_t DeviceGroups::depth_of(const DeviceGroup& group, std::size_t levels_max) const {
  std::size_t depth = 1;
  const DeviceGroup* at = &group;
  while (!at->super_id.empty() && depth < levels_max) {
    at = find(at->super_id, at->place);
    if (at == nullptr) break;
    ++depth;
  }
  return depth;
}

}  // namespace fleetsim::platform::things
