// Groups of devices, which may stand in other groups. A group belongs to the place where it was made; who is in it stands on the devices
// (device_labels.hpp), so that a device that is distributed leaves all of its groups.
//
//   DeviceGroups groups;
//   auto refused = groups.add({.id = "Gx1", .name = "hall_1", .place = here}, limits);     // why not, if so
//   if (const DeviceGroup* group = groups.find("Gx1", here)) use(group->name);
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/journal.hpp"
#include "platform-mock/core/things/device_labels.hpp"
#include "platform-mock/core/things/thing_limits.hpp"

namespace fleetsim::platform::things {

struct DeviceGroup {
  std::string id;
  std::string name;
  std::string description{};
  std::string super_id{};  // of the group it stands in; empty: none
  Place place;
  std::int64_t created_ms = 0;
  std::vector<Tag> tags{};
};

class DeviceGroups {
 public:
  enum class Refusal : std::uint8_t { name_taken, no_such_super, too_deep, too_many };

  std::optional<Refusal> add(DeviceGroup group, const ThingLimits& limits);
  /// Nothing of another place.
  const DeviceGroup* find(std::string_view id, const Place& place) const;
  /// Wherever it is.
  const DeviceGroup* find(std::string_view id) const;
  // Precondition of both: there is a group of that id.
  void describe(std::string_view id, std::string_view description);
  /// They take the place of all that it had.
  void set_tags(std::string_view id, std::vector<Tag> tags);
  bool has_sub_groups(std::string_view id) const;
  /// Precondition: no group stands in it, and no device.
  void remove(std::string_view id);
  /// Of all places, in the order in which they were made.
  const std::vector<DeviceGroup>& all() const { return groups_; }

  /// Who is told of every change; null: nobody. It must outlive this.
  void record(Journal* journal) { journal_ = journal; }
  /// Puts back what was kept, in the order in which they were made; nobody is told.
  void restore(DeviceGroup group) { groups_.push_back(std::move(group)); }

 private:
  std::size_t depth_of(const DeviceGroup& group, std::size_t levels_max) const;
  /// Whoever asks for it changes it.
  DeviceGroup& group(std::string_view id);
  void changed(std::string_view id) {
    if (journal_ != nullptr) journal_->group_changed(id);
  }

  std::vector<DeviceGroup> groups_;
  Journal* journal_ = nullptr;
};

}  // namespace fleetsim::platform::things
