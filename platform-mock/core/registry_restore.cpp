// Putting back what a store has kept: the same tables as if all of it had happened in this process.
#include <utility>

#include "devicecore/base/ensure.hpp"
#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform {

void Registry::restore_product(ProductRecord record) {
  const ProductIndex index{static_cast<std::uint32_t>(products_.size())};
  ensure(!record.copies.empty() && record.config.devices.empty());
  if (!record.removed) ensure(product_by_key_.emplace(std::string{record.config.key.view()}, index).second);
  record.shared_devices = 0;  // counted again by share()
  products_.push_back(std::move(record));
  devices_of_.emplace_back();
  listed_counts_.emplace_back();
}

void Registry::restore_device(DeviceRecord record) {
  ensure(record.product.value < products_.size());
  grow_slots(devices_.size() + 1);
  const DeviceIndex index{static_cast<std::uint32_t>(devices_.size())};
  record.first_residence = none;
  if (!record.removed) {
    const std::size_t slot = slot_of(record.product, record.name);
    ensure(slots_[slot].device == none);
    slots_[slot] = {index.value, tag_of(device_hash(record.product, record.name))};
    devices_of_[record.product.value].push_back(index);
    ++listed_count(record.product, record.listed_at());
  }
  devices_.push_back(std::move(record));
}

void Registry::restore_residence(DeviceIndex device, Residence residence) {
  DeviceRecord& record = devices_[device.value];
  ensure(residences_.size() < none);
  residence.next = record.first_residence;
  record.first_residence = static_cast<std::uint32_t>(residences_.size());
  residences_.push_back(residence);
}

void Registry::restore_listing(DeviceIndex device, const Place& listed) {
  DeviceRecord& record = devices_[device.value];
  const Place before = record.listed_at();
  std::get<Handover>(record.placement).listed = listed;
  if (!record.removed) listing_changed(record, before);
}

std::vector<Residence> Registry::residences_of(DeviceIndex device) const {
  std::vector<Residence> found;
  for (std::uint32_t at = devices_[device.value].first_residence; at != none; at = residences_[at].next) found.push_back(residences_[at]);
  return found;
}

}  // namespace fleetsim::platform
