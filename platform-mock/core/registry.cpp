#include "platform-mock/core/registry.hpp"

#include <algorithm>

#include "devicecore/base/ensure.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::size_t slots_min = 16;

}  // namespace

Registry::Registry(const PlatformConfig& config) : regions_(config.regions) {
  for (const AccountConfig& account : config.accounts) accounts_.push_back(account.id);
  for (const InstanceConfig& instance : config.instances) {
    const auto region = find_region(instance.region.view());
    ensure(region.has_value());
    const InstanceIndex index{static_cast<std::uint32_t>(instances_.size())};
    ensure(instance_by_id_.emplace(std::string{instance.id.view()}, index).second);
    instances_.push_back({instance, *region});
  }
  slots_.assign(slots_min, none);
  for (const ProductConfig& product : config.products) ensure(!add_product(product).has_value());
}

std::optional<Registry::AddError> Registry::add_product(const ProductConfig& product) {
  if (!is_product_key(product.key.view())) return AddError::bad_name;
  if (find_product(product.key.view())) return AddError::product_exists;
  const auto home = find_instance(product.instance.view());
  if (!home) return AddError::unknown_instance;
  std::vector<std::string_view> names;
  names.reserve(product.devices.size());
  for (const DeviceTriple& device : product.devices) {
    if (!is_device_name(device.name.view())) return AddError::bad_name;
    names.push_back(device.name.view());
  }
  std::sort(names.begin(), names.end());
  if (std::adjacent_find(names.begin(), names.end()) != names.end()) return AddError::device_exists;

  const ProductIndex index{static_cast<std::uint32_t>(products_.size())};
  product_by_key_.emplace(std::string{product.key.view()}, index);
  ProductConfig kept = product;
  kept.devices = {};
  products_.push_back({std::move(kept), {*home}});
  reserve_devices(devices_.size() + product.devices.size());
  for (const DeviceTriple& device : product.devices) ensure(!add_device(product.key.view(), device.name.view(), device.secret).has_value());
  return std::nullopt;
}

std::optional<Registry::AddError> Registry::add_device(std::string_view product_key, std::string_view device_name,
                                                       std::string_view secret) {
  const auto product = find_product(product_key);
  if (!product) return AddError::unknown_product;
  if (!is_device_name(device_name)) return AddError::bad_name;
  grow_slots(devices_.size() + 1);
  const std::size_t slot = slot_of(*product, device_name);
  if (slots_[slot] != none) return AddError::device_exists;
  slots_[slot] = static_cast<std::uint32_t>(devices_.size());
  DeviceRecord& record = devices_.emplace_back();
  record.product = *product;
  record.name = device_name;
  record.secret = secret;
  record.placement = Bound{products_[product->value].visible_at.front()};
  return std::nullopt;
}

void Registry::reserve_devices(std::size_t count) {
  devices_.reserve(count);
  grow_slots(count);
}

std::optional<DeviceIndex> Registry::find_device(std::string_view product_key, std::string_view device_name) const {
  const auto product = find_product(product_key);
  return product ? find_device(*product, device_name) : std::nullopt;
}

std::optional<DeviceIndex> Registry::find_device(ProductIndex product, std::string_view device_name) const {
  const std::uint32_t found = slots_[slot_of(product, device_name)];
  if (found == none) return std::nullopt;
  return DeviceIndex{found};
}

std::optional<ProductIndex> Registry::find_product(std::string_view product_key) const {
  const auto found = product_by_key_.find(product_key);
  if (found == product_by_key_.end()) return std::nullopt;
  return found->second;
}

std::optional<InstanceIndex> Registry::find_instance(std::string_view id) const {
  const auto found = instance_by_id_.find(id);
  if (found == instance_by_id_.end()) return std::nullopt;
  return found->second;
}

std::optional<RegionIndex> Registry::find_region(std::string_view id) const {
  for (std::size_t i = 0; i < regions_.size(); ++i)
    if (regions_[i].id.view() == id) return RegionIndex{static_cast<std::uint32_t>(i)};
  return std::nullopt;
}

bool Registry::has_account(std::string_view id) const {
  return std::any_of(accounts_.begin(), accounts_.end(), [id](const AccountId& account) { return account.view() == id; });
}

void Registry::activate(DeviceIndex index) {
  DeviceRecord& record = devices_[index.value];
  const auto* const bound = std::get_if<Bound>(&record.placement);
  ensure(bound != nullptr);
  if (record.activated && record.first_residence != none) return;
  record.activated = true;
  Residence& here = residence_for(record, bound->at);
  here.activated = true;
  if (here.stays == 0) here.stays = 1;
}

const Residence* Registry::residence(DeviceIndex device, InstanceIndex instance) const {
  for (std::uint32_t at = devices_[device.value].first_residence; at != none; at = residences_[at].next)
    if (residences_[at].at == instance) return &residences_[at];
  return nullptr;
}

bool Registry::visible_at(ProductIndex product, InstanceIndex instance) const {
  const auto& at = products_[product.value].visible_at;
  return std::find(at.begin(), at.end(), instance) != at.end();
}

void Registry::make_visible(ProductIndex product, InstanceIndex instance) {
  if (!visible_at(product, instance)) products_[product.value].visible_at.push_back(instance);
}

void Registry::start_handover(DeviceIndex device, InstanceIndex source, JobIndex job) {
  DeviceRecord& record = devices_[device.value];
  if (const auto* const bound = std::get_if<Bound>(&record.placement)) {
    Residence& here = residence_for(record, bound->at);
    if (here.stays == 0) here.stays = 1;
  }
  record.placement = Handover{source, job};
  record.activated = false;
  record.handover_step = HandoverStep::handed_over;
}

void Registry::bind(DeviceIndex device, InstanceIndex target) {
  DeviceRecord& record = devices_[device.value];
  record.placement = Bound{target};
  ++record.moves;
  record.activated = true;
  Residence& here = residence_for(record, target);
  here.activated = true;
  ++here.stays;
}

std::size_t Registry::device_bytes() const {
  std::size_t bytes =
      devices_.capacity() * sizeof(DeviceRecord) + residences_.capacity() * sizeof(Residence) + slots_.capacity() * sizeof(std::uint32_t);
  const std::size_t in_place = std::string{}.capacity();
  const auto heap = [in_place](const std::string& text) { return text.capacity() > in_place ? text.capacity() + 1 : 0; };
  for (const DeviceRecord& record : devices_) bytes += heap(record.name) + heap(record.secret);
  return bytes;
}

std::size_t Registry::device_hash(ProductIndex product, std::string_view name) {
  constexpr std::size_t golden_ratio = 0x9e3779b97f4a7c15U;
  return std::hash<std::string_view>{}(name) ^ (golden_ratio * (std::size_t{product.value} + 1));
}

/// The slot that holds the device, or the free one where it belongs. There is always a free one.
std::size_t Registry::slot_of(ProductIndex product, std::string_view name) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = device_hash(product, name) & mask;
  while (slots_[slot] != none) {
    const DeviceRecord& record = devices_[slots_[slot]];
    if (record.product == product && record.name == name) break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

void Registry::grow_slots(std::size_t devices) {
  ensure(devices < none);
  if (devices * 3 <= slots_.size() * 2) return;
  std::size_t wanted = slots_.size();
  while (devices * 3 > wanted * 2) wanted *= 2;
  slots_.assign(wanted, none);
  const std::size_t mask = wanted - 1;
  for (std::size_t i = 0; i < devices_.size(); ++i) {
    std::size_t slot = device_hash(devices_[i].product, devices_[i].name) & mask;
    while (slots_[slot] != none) slot = (slot + 1) & mask;
    slots_[slot] = static_cast<std::uint32_t>(i);
  }
}

Residence& Registry::residence_for(DeviceRecord& device, InstanceIndex instance) {
  for (std::uint32_t at = device.first_residence; at != none; at = residences_[at].next)
    if (residences_[at].at == instance) return residences_[at];
  ensure(residences_.size() < none);
  Residence fresh;
  fresh.at = instance;
  fresh.next = device.first_residence;
  device.first_residence = static_cast<std::uint32_t>(residences_.size());
  return residences_.emplace_back(fresh);
}

}  // namespace fleetsim::platform
