#include "platform-mock/core/things/thing_store.hpp"

#include <algorithm>

namespace fleetsim::platform::things {

void ThingStore::went_online(DeviceIndex device, const Place& place, std::int64_t now_ms) {
  StatusTimes& times = stay(device, place).times;
  if (times.active_ms == 0) times.active_ms = now_ms;
  times.online_ms = now_ms;
}

void ThingStore::went_offline(DeviceIndex device, const Place& place, std::int64_t now_ms) {
  stay(device, place).times.offline_ms = now_ms;
}

StatusTimes ThingStore::times(DeviceIndex device, const Place& place) const {
  const Stay* known = find_stay(device, place);
  return known == nullptr ? StatusTimes{} : known->times;
}

ThingData& ThingStore::data(DeviceIndex device, const Place& place) {
  Stay& here = stay(device, place);
  if (here.data == nullptr) here.data = std::make_unique<ThingData>();
  return *here.data;
}

const ThingData* ThingStore::find(DeviceIndex device, const Place& place) const {
  const Stay* known = find_stay(device, place);
  return known == nullptr ? nullptr : known->data.get();
}

ThingData* ThingStore::find_for_saving(DeviceIndex device, const Place& place) {
  const Stay* known = find_stay(device, place);
  return known == nullptr ? nullptr : stays_[static_cast<std::size_t>(known - stays_.data())].data.get();
}

const DeviceLabels* ThingStore::find_labels(DeviceIndex device) const {
  const auto at = labels_.find(device);
  return at == labels_.end() || at->second.empty() ? nullptr : &at->second;
}

std::vector<DeviceIndex> ThingStore::devices_labelled(const std::function<bool(const DeviceLabels&)>& wanted) const {
  std::vector<DeviceIndex> devices;
  for (const auto& [device, labels] : labels_)
    if (wanted(labels)) devices.push_back(device);
  // The table has no order of its own.
  std::sort(devices.begin(), devices.end());
  return devices;
}

void ThingStore::dissolve_group(std::string_view group) {
  for (const DeviceIndex device : devices_labelled([group](const DeviceLabels& labels) { return labels.is_in_group(group); }))
    labels(device).leave_group(group);
}

void ThingStore::distributed(DeviceIndex device) {
  left_.push_back(device);
  if (labels_.erase(device) > 0) labels_changed(device);
  if (const auto gateway = topology_.gateway_of(device)) parted_.push_back({*gateway, device});
  for (const DeviceIndex sub_device : topology_.sub_devices_of(device)) parted_.push_back({device, sub_device});
  topology_.clear(device);
}

void ThingStore::forget(DeviceIndex device) {
  distributed(device);
  if (device.value >= first_.size()) return;
  // The links of the chain stay behind without their data: removed devices are few, and a table that moves would cost the others.
  for (std::uint32_t at = first_[device.value]; at != none; at = stays_[at].next) {
    if (journal_ != nullptr) journal_->stay_changed(device, stays_[at].place);
    stays_[at].data.reset();
    stays_[at].times = {};
  }
  first_[device.value] = none;
}

const ThingStore::Stay* ThingStore::find_stay(DeviceIndex device, const Place& place) const {
  if (device.value >= first_.size()) return nullptr;
  for (std::uint32_t at = first_[device.value]; at != none; at = stays_[at].next)
    if (stays_[at].place == place) return &stays_[at];
  return nullptr;
}

std::vector<Place> ThingStore::places_of(DeviceIndex device) const {
  std::vector<Place> places;
  if (device.value >= first_.size()) return places;
  for (std::uint32_t at = first_[device.value]; at != none; at = stays_[at].next) places.push_back(stays_[at].place);
  return places;
}

void ThingStore::restore(DeviceIndex device, const Place& place, const StatusTimes& times, std::unique_ptr<ThingData> data) {
  Stay& here = stay(device, place);
  here.times = times;
  here.data = std::move(data);
}

/// Whoever asks for it changes it.
ThingStore::Stay& ThingStore::stay(DeviceIndex device, const Place& place) {
  if (journal_ != nullptr) journal_->stay_changed(device, place);
  if (const Stay* known = find_stay(device, place)) return stays_[static_cast<std::size_t>(known - stays_.data())];
  if (device.value >= first_.size()) first_.resize(std::max<std::size_t>(device.value + 1U, first_.size() * 2), none);
  Stay& added = stays_.emplace_back();
  added.place = place;
  added.next = first_[device.value];
  first_[device.value] = static_cast<std::uint32_t>(stays_.size() - 1);
  return added;
}

}  // namespace fleetsim::platform::things
