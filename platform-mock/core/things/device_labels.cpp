#include "platform-mock/core/things/device_labels.hpp"

#include <algorithm>
#include <utility>

#include "platform-mock/core/things/thing_limits.hpp"

namespace fleetsim::platform::things {

bool DeviceLabels::set_tags(const std::vector<Tag>& tags) {
  std::vector<Tag> all = tags_;
  for (const Tag& tag : tags) {
    if (tag.key.empty() || tag.key.size() > tag_key_bytes_max || tag.value.empty() || tag.value.size() > tag_value_bytes_max) return false;
    const auto at = std::find_if(all.begin(), all.end(), [&tag](const Tag& known) { return known.key == tag.key; });
    if (at != all.end()) {
      at->value = tag.value;
    } else {
      if (all.size() >= tags_max) return false;
      all.push_back(tag);
    }
  }
  tags_ = std::move(all);
  return true;
}

bool DeviceLabels::remove_tag(std::string_view key) {
  return std::erase_if(tags_, [key](const Tag& tag) { return tag.key == key; }) > 0;
}

const Tag* DeviceLabels::find_tag(std::string_view key) const {
  const auto at = std::find_if(tags_.begin(), tags_.end(), [key](const Tag& tag) { return tag.key == key; });
  return at == tags_.end() ? nullptr : &*at;
}

bool DeviceLabels::join_group(std::string_view group) {
  const bool is_id = !group.empty() && group.size() <= group_id_bytes_max;
  if (!is_id || groups_.size() >= groups_max || is_in_group(group)) return false;
  groups_.emplace_back(group);
  return true;
}

bool DeviceLabels::leave_group(std::string_view group) {
  return std::erase_if(groups_, [group](const std::string& known) { return known == group; }) > 0;
}

bool DeviceLabels::is_in_group(std::string_view group) const { return std::find(groups_.begin(), groups_.end(), group) != groups_.end(); }

}  // namespace fleetsim::platform::things
