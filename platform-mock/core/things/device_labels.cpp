#include "platform-mock/core/things/device_labels.hpp"

#include <algorithm>
#include <utility>

namespace fleetsim::platform::things {

bool DeviceLabels::set_tags(const std::vector<Tag>& tags, const ThingLimits& limits) {
  std::vector<Tag> all = tags_;
  for (const Tag& tag : tags) {
    if (tag.key.empty() || tag.key.size() > tag_key_bytes_max || tag.value.empty() || tag.value.size() > tag_value_bytes_max) return false;
    const auto at = std::find_if(all.begin(), all.end(), [&tag](const Tag& known) { return known.key == tag.key; });
    if (at != all.end()) {
      at->value = tag.value;
    } else {
      if (all.size() >= limits.tags_per_device) return false;
      all.push_back(tag);
    }
  }
  tags_ = std::move(all);
  return true;
}

std::size_t DeviceLabels::count_with(const std::vector<Tag>& tags) const {
  const auto is_new = [this](const Tag& tag) { return find_tag(tag.key) == nullptr; };
  return tags_.size() + static_cast<std::size_t>(std::count_if(tags.begin(), tags.end(), is_new));
}

bool DeviceLabels::remove_tag(std::string_view key) {
  return std::erase_if(tags_, [key](const Tag& tag) { return tag.key == key; }) > 0;
}

const Tag* DeviceLabels::find_tag(std::string_view key) const {
  const auto at = std::find_if(tags_.begin(), tags_.end(), [key](const Tag& tag) { return tag.key == key; });
  return at == tags_.end() ? nullptr : &*at;
}

bool DeviceLabels::join_group(std::string_view group, const ThingLimits& limits) {
  const bool is_id = !group.empty() && group.size() <= group_id_bytes_max;
  if (!is_id || groups_.size() >= limits.groups_per_device || is_in_group(group)) return false;
  groups_.emplace_back(group);
  return true;
}

bool DeviceLabels::leave_group(std::string_view group) {
  return std::erase_if(groups_, [group](const std::string& known) { return known == group; }) > 0;
}

bool DeviceLabels::is_in_group(std::string_view group) const { return std::find(groups_.begin(), groups_.end(), group) != groups_.end(); }

}  // namespace fleetsim::platform::things
