// Runtime data of every device at every place where it has lived, and what hangs on the device itself. Made on first use: a device that
// was never connected costs four bytes, one that connected and posted nothing 56 more.
//
//   ThingStore store;
//   distribution.tell(&store);                                          // tags, groups and topology are cleared when a device leaves
//   store.went_online(device, place, now_ms);
//   store.data(device, place).properties.set("power", "1", now_ms, store.limits());
//   if (const ThingData* thing = store.find(device, place)) ...          // of any place, also of one that the device has left
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "platform-mock/core/distribution.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/things/device_groups.hpp"
#include "platform-mock/core/things/device_labels.hpp"
#include "platform-mock/core/things/thing_data.hpp"
#include "platform-mock/core/things/thing_limits.hpp"
#include "platform-mock/core/things/topology.hpp"

namespace fleetsim::platform::things {

/// Unix time in milliseconds; 0: it has not happened.
struct StatusTimes {
  std::int64_t active_ms = 0;   // the first time online here
  std::int64_t online_ms = 0;   // the last time
  std::int64_t offline_ms = 0;  // the last time
};

class ThingStore final : public DistributionListener {
 public:
  /// How much is kept of each device; it must outlive this.
  void limit(const ThingLimits& limits) { limits_ = &limits; }
  /// For whoever changes what is kept.
  const ThingLimits& limits() const { return *limits_; }

  void went_online(DeviceIndex device, const Place& place, std::int64_t now_ms);
  void went_offline(DeviceIndex device, const Place& place, std::int64_t now_ms);
  StatusTimes times(DeviceIndex device, const Place& place) const;

  /// To be changed before the step is over.
  ThingData& data(DeviceIndex device, const Place& place);
  /// Null: nothing was ever kept there.
  const ThingData* find(DeviceIndex device, const Place& place) const;
  /// The same for a store that has been told of a change: nobody is told again.
  ThingData* find_for_saving(DeviceIndex device, const Place& place);

  /// To be changed before the step is over.
  DeviceLabels& labels(DeviceIndex device) {
    labels_changed(device);
    return labels_[device];
  }
  /// Null: it has none.
  const DeviceLabels* find_labels(DeviceIndex device) const;
  /// Devices whose labels are wanted, in the order of the registry.
  std::vector<DeviceIndex> devices_labelled(const std::function<bool(const DeviceLabels&)>& wanted) const;
  /// A group is deleted: nobody is in it any more.
  void dissolve_group(std::string_view group);
  /// The groups themselves; who is in them is on the devices' labels.
  DeviceGroups& groups() { return groups_; }
  const DeviceGroups& groups() const { return groups_; }
  Topology& topology() { return topology_; }
  const Topology& topology() const { return topology_; }

  /// Clears what does not move with a device. What it did at its place stays.
  void distributed(DeviceIndex device) override;
  /// The device is removed: everything about it goes, wherever it was.
  void forget(DeviceIndex device);

  /// A relation that came to an end because one of the two left. Whoever serves the gateway takes it off and says so.
  struct Parted {
    DeviceIndex gateway;
    DeviceIndex sub_device;
  };
  std::vector<Parted> take_parted() { return std::exchange(parted_, {}); }
  /// Devices that were distributed since the last call.
  std::vector<DeviceIndex> take_left() { return std::exchange(left_, {}); }
  bool has_left() const { return !left_.empty(); }

  /// Who is told of every change; null: nobody. It must outlive this.
  void record(Journal* journal) {
    journal_ = journal;
    topology_.record(journal);
    groups_.record(journal);
  }
  /// Places where something is kept of the device.
  std::vector<Place> places_of(DeviceIndex device) const;
  /// Puts back what was kept. Where there is none yet.
  void restore(DeviceIndex device, const Place& place, const StatusTimes& times, std::unique_ptr<ThingData> data);

 private:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  struct Stay {
    Place place;
    std::uint32_t next = none;
    StatusTimes times;
    std::unique_ptr<ThingData> data;
  };

  void labels_changed(DeviceIndex device) {
    if (journal_ != nullptr) journal_->labels_changed(device);
  }
  const Stay* find_stay(DeviceIndex device, const Place& place) const;
  Stay& stay(DeviceIndex device, const Place& place);

  std::vector<std::uint32_t> first_;  // by device: the head of its chain in stays_
  std::vector<Stay> stays_;
  std::unordered_map<DeviceIndex, DeviceLabels> labels_;
  Topology topology_;
  DeviceGroups groups_;
  std::vector<Parted> parted_;
  std::vector<DeviceIndex> left_;
  const ThingLimits* limits_ = &default_thing_limits;
  Journal* journal_ = nullptr;
};

}  // namespace fleetsim::platform::things
