// What users hang on a device to find it again: tags and groups. It belongs to the device, not to a place, and is cleared when the
// device is distributed.
//
//   DeviceLabels labels;
//   if (!labels.set_tags({{"room", "kitchen"}}, limits)) refuse();   // all of them or none
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform-mock/core/things/thing_limits.hpp"

namespace fleetsim::platform::things {

struct Tag {
  std::string key;
  std::string value;
  friend bool operator==(const Tag&, const Tag&) = default;
};

class DeviceLabels {
 public:
  /// False: a key or value of a length that is not allowed, or more than tags_per_device in all; then nothing has changed.
  bool set_tags(const std::vector<Tag>& tags, const ThingLimits& limits);
  /// How many there would be.
  std::size_t count_with(const std::vector<Tag>& tags) const;
  /// False: there was none of that key.
  bool remove_tag(std::string_view key);
  const Tag* find_tag(std::string_view key) const;
  const std::vector<Tag>& tags() const { return tags_; }

  /// False: already in it, in groups_per_device others, or no proper id.
  bool join_group(std::string_view group, const ThingLimits& limits);
  bool leave_group(std::string_view group);
  bool is_in_group(std::string_view group) const;
  const std::vector<std::string>& groups() const { return groups_; }

  bool empty() const { return tags_.empty() && groups_.empty(); }

 private:
  std::vector<Tag> tags_;
  std::vector<std::string> groups_;
};

}  // namespace fleetsim::platform::things
