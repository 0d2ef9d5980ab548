#include "platform-mock/core/registry.hpp"

#include <algorithm>

#include "devicecore/base/ensure.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::size_t slots_min = 16;

}  // namespace

Place DeviceRecord::resides_at() const {
  const auto* const bound = std::get_if<Bound>(&placement);
  return {bound != nullptr ? bound->at : std::get<Handover>(placement).source, account};
}

Place DeviceRecord::listed_at() const {
  const auto* const handover = std::get_if<Handover>(&placement);
  return handover != nullptr ? handover->listed : resides_at();
}

Registry::Registry(const PlatformConfig& config) : accounts_(config.accounts), regions_(config.regions) {
  for (const InstanceConfig& instance : config.instances) {
    const auto region = find_region(instance.region.view());
    ensure(region.has_value());
    const InstanceIndex index{static_cast<std::uint32_t>(instances_.size())};
    ensure(instance_by_id_.emplace(std::string{instance.id.view()}, index).second);
    std::optional<AccountIndex> owner;
    if (instance.kind == InstanceKind::enterprise) {
      owner = find_account(instance.owner.view());
      ensure(owner.has_value());
    }
    instances_.push_back({instance, *region, owner});
  }
  slots_.assign(slots_min, {});
  for (const ProductConfig& product : config.products) ensure(!add_product(product).has_value());
}

std::optional<Registry::AddError> Registry::add_product(const ProductConfig& product, Instant created) {
  if (!is_product_key(product.key.view())) return AddError::bad_name;
  if (find_product(product.key.view())) return AddError::product_exists;
  const auto home = find_instance(product.instance.view());
  if (!home) return AddError::unknown_instance;
  const auto owner = find_account(product.owner.view());
  if (!owner) return AddError::unknown_account;
  std::vector<std::string_view> names;
  names.reserve(product.devices.size());
  for (const DeviceTriple& device : product.devices) {
    if (!is_device_name(device.name.view())) return AddError::bad_name;
    names.push_back(device.name.view());
  }
  std::sort(names.begin(), names.end());
  if (std::adjacent_find(names.begin(), names.end()) != names.end()) return AddError::device_exists;

  const ProductIndex index{static_cast<std::uint32_t>(products_.size())};
  product_changed(index);
  product_by_key_.emplace(std::string{product.key.view()}, index);
  ProductRecord& record = products_.emplace_back();
  record.config = product;
  record.config.devices = {};
  record.data.node_type = product.node_type;
  record.data.dynamic_registration = product.dynamic_registration;
  record.owner = *owner;
  record.created = created;
  record.copies.push_back({{*home, *owner}, created});
  devices_of_.emplace_back();
  listed_counts_.emplace_back();
  reserve_devices(devices_.size() + product.devices.size());
  for (const DeviceTriple& device : product.devices)
    ensure(!add_device(product.key.view(), device.name.view(), device.secret, created).has_value());
  return std::nullopt;
}

std::optional<Registry::AddError> Registry::add_device(std::string_view product_key, std::string_view device_name, std::string_view secret,
                                                       Instant created) {
  const auto product = find_product(product_key);
  if (!product) return AddError::unknown_product;
  if (!is_device_name(device_name)) return AddError::bad_name;
  grow_slots(devices_.size() + 1);
  const std::size_t slot = slot_of(*product, device_name);
  if (slots_[slot].device != none) return AddError::device_exists;
  const DeviceIndex index{static_cast<std::uint32_t>(devices_.size())};
  device_changed(index);
  const Place& home = products_[product->value].home();
  DeviceRecord& record = devices_.emplace_back();
  record.product = *product;
  record.account = home.account;
  record.created = created;
  record.name = device_name;
  record.secret = secret;
  record.placement = Bound{home.instance};
  fill_slot(slot, index.value);
  devices_of_[product->value].push_back(index);
  ++listed_count(*product, home);
  return std::nullopt;
}

void Registry::reserve_devices(std::size_t count) {
  devices_.reserve(count);
  grow_slots(count);
}

void Registry::remove_device(DeviceIndex index) {
  DeviceRecord& record = devices_[index.value];
  ensure(!record.removed && std::holds_alternative<Bound>(record.placement));
  device_changed(index);
  unshare(index);
  free_slot(slot_of(record.product, record.name));
  // Registration order is index order, so the list is sorted.
  std::vector<DeviceIndex>& siblings = devices_of_[record.product.value];
  siblings.erase(std::lower_bound(siblings.begin(), siblings.end(), index));
  --listed_count(record.product, record.listed_at());
  record.removed = true;
  record.enabled = false;
  record.secret = {};
}

bool Registry::remove_product(ProductIndex index) {
  ProductRecord& record = products_[index.value];
  ensure(!record.removed);
  if (!devices_of_[index.value].empty()) return false;
  product_changed(index);
  product_by_key_.erase(std::string{record.config.key.view()});
  record.removed = true;
  return true;
}

std::optional<DeviceIndex> Registry::find_device(std::string_view product_key, std::string_view device_name) const {
  const auto product = find_product(product_key);
  return product ? find_device(*product, device_name) : std::nullopt;
}

std::optional<DeviceIndex> Registry::find_device(ProductIndex product, std::string_view device_name) const {
  const std::uint32_t found = slots_[slot_of(product, device_name)].device;
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

std::optional<InstanceIndex> Registry::public_instance_of(RegionIndex region) const {
  for (std::size_t i = 0; i < instances_.size(); ++i)
    if (instances_[i].region == region && !instances_[i].owner) return InstanceIndex{static_cast<std::uint32_t>(i)};
  return std::nullopt;
}

std::vector<ProductIndex> Registry::products_at(const Place& place) const {
  std::vector<ProductIndex> found;
  for (std::size_t i = 0; i < products_.size(); ++i) {
    const ProductIndex index{static_cast<std::uint32_t>(i)};
    if (!products_[i].removed && visible_at(index, place)) found.push_back(index);
  }
  return found;
}

std::size_t Registry::devices_listed(ProductIndex product, const Place& place) const {
  for (const ListedCount& one : listed_counts_[product.value])
    if (one.at == place) return one.devices;
  return 0;
}

std::uint32_t& Registry::listed_count(ProductIndex product, const Place& place) {
  std::vector<ListedCount>& places = listed_counts_[product.value];
  for (ListedCount& one : places)
    if (one.at == place) return one.devices;
  return places.emplace_back(ListedCount{place, 0}).devices;
}

void Registry::listing_changed(const DeviceRecord& device, const Place& before) {
  --listed_count(device.product, before);
  ++listed_count(device.product, device.listed_at());
}

void Registry::activate(DeviceIndex index) {
  DeviceRecord& record = devices_[index.value];
  ensure(std::holds_alternative<Bound>(record.placement));
  if (record.activated && record.first_residence != none) return;
  device_changed(index);
  record.activated = true;
  Residence& here = residence_for(record, record.resides_at());
  here.activated = true;
  if (here.stays == 0) here.stays = 1;
}

const Residence* Registry::residence(DeviceIndex device, const Place& place) const {
  for (std::uint32_t at = devices_[device.value].first_residence; at != none; at = residences_[at].next)
    if (residences_[at].at == place) return &residences_[at];
  return nullptr;
}

bool Registry::lived_at(DeviceIndex device, InstanceIndex instance) const {
  for (std::uint32_t at = devices_[device.value].first_residence; at != none; at = residences_[at].next)
    if (residences_[at].at.instance == instance) return true;
  return false;
}

std::optional<InstanceIndex> Registry::former_instance(DeviceIndex device) const {
  const InstanceIndex here = devices_[device.value].resides_at().instance;
  for (std::uint32_t at = devices_[device.value].first_residence; at != none; at = residences_[at].next)
    if (residences_[at].at.instance != here) return residences_[at].at.instance;
  return std::nullopt;
}

bool Registry::visible_at(ProductIndex product, const Place& place) const {
  const auto& copies = products_[product.value].copies;
  return std::any_of(copies.begin(), copies.end(), [&place](const ProductCopy& copy) { return copy.at == place; });
}

void Registry::share(DeviceIndex device, Sharing sharing) {
  device_changed(device);
  if (sharing_.insert_or_assign(device, sharing).second) ++products_[devices_[device.value].product.value].shared_devices;
}

bool Registry::unshare(DeviceIndex device) {
  if (sharing_.erase(device) == 0) return false;
  device_changed(device);
  --products_[devices_[device.value].product.value].shared_devices;
  return true;
}

const Sharing* Registry::sharing(DeviceIndex device) const {
  const auto found = sharing_.find(device);
  return found == sharing_.end() ? nullptr : &found->second;
}

void Registry::make_visible(ProductIndex product, const Place& place, Instant now) {
  if (visible_at(product, place)) return;
  product_changed(product);
  products_[product.value].copies.push_back({place, now});
}

void Registry::start_handover(DeviceIndex device, JobIndex job, const Place& listed) {
  device_changed(device);
  DeviceRecord& record = devices_[device.value];
  if (std::holds_alternative<Bound>(record.placement)) {
    Residence& here = residence_for(record, record.resides_at());
    if (here.stays == 0) here.stays = 1;
  }
  const Place before = record.listed_at();
  record.placement = Handover{record.resides_at().instance, job, listed};
  listing_changed(record, before);
  record.activated = false;
  record.handover_step = HandoverStep::handed_over;
}

void Registry::bind(DeviceIndex device, const Place& target) {
  device_changed(device);
  DeviceRecord& record = devices_[device.value];
  const Place before = record.listed_at();
  record.placement = Bound{target.instance};
  record.account = target.account;
  listing_changed(record, before);
  ++record.moves;
  record.activated = true;
  Residence& here = residence_for(record, target);
  here.activated = true;
  ++here.stays;
}

void Registry::end_handover(DeviceIndex device) {
  device_changed(device);
  DeviceRecord& record = devices_[device.value];
  const Place before = record.listed_at();
  record.placement = Bound{record.resides_at().instance};
  listing_changed(record, before);
}

std::size_t Registry::device_bytes() const {
  std::size_t bytes =
      devices_.capacity() * sizeof(DeviceRecord) + residences_.capacity() * sizeof(Residence) + slots_.capacity() * sizeof(Slot);
  for (const auto& list : devices_of_) bytes += list.capacity() * sizeof(DeviceIndex);
  const std::size_t in_place = std::string{}.capacity();
  const auto heap = [in_place](const std::string& text) { return text.capacity() > in_place ? text.capacity() + 1 : 0; };
  for (const DeviceRecord& record : devices_) bytes += heap(record.name) + heap(record.secret);
  return bytes;
}

std::size_t Registry::device_hash(ProductIndex product, std::string_view name) {
  constexpr std::size_t golden_ratio = 0x9e3779b97f4a7c15U;
  return std::hash<std::string_view>{}(name) ^ (golden_ratio * (std::size_t{product.value} + 1));
}

std::size_t Registry::hash_of(std::uint32_t device) const { return device_hash(devices_[device].product, devices_[device].name); }

void Registry::fill_slot(std::size_t slot, std::uint32_t device) { slots_[slot] = {device, tag_of(hash_of(device))}; }

/// The slot that holds the device, or the free one where it belongs. There is always a free one.
std::size_t Registry::slot_of(ProductIndex product, std::string_view name) const {
  const std::size_t mask = slots_.size() - 1;
  const std::size_t hash = device_hash(product, name);
  const std::uint32_t tag = tag_of(hash);
  std::size_t slot = hash & mask;
  for (; slots_[slot].device != none; slot = (slot + 1) & mask) {
    if (slots_[slot].tag != tag) continue;
    const DeviceRecord& record = devices_[slots_[slot].device];
    if (record.product == product && record.name == name) break;
  }
  return slot;
}

/// Whoever stands behind the freed slot and is looked for from it or from before it moves up, so that no search ends too early.
void Registry::free_slot(std::size_t slot) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t hole = slot;
  for (std::size_t at = (hole + 1) & mask; slots_[at].device != none; at = (at + 1) & mask) {
    const std::size_t from_home = (at - hash_of(slots_[at].device)) & mask;
    const std::size_t from_hole = (at - hole) & mask;
    if (from_home < from_hole) continue;
    slots_[hole] = slots_[at];
    hole = at;
  }
  slots_[hole] = {};
}

void Registry::grow_slots(std::size_t devices) {
  ensure(devices < none);
  if (devices * 3 <= slots_.size() * 2) return;
  std::size_t wanted = slots_.size();
  while (devices * 3 > wanted * 2) wanted *= 2;
  slots_.assign(wanted, {});
  const std::size_t mask = wanted - 1;
  for (std::uint32_t i = 0; i < devices_.size(); ++i) {
    if (devices_[i].removed) continue;
    std::size_t slot = hash_of(i) & mask;
    while (slots_[slot].device != none) slot = (slot + 1) & mask;
    fill_slot(slot, i);
  }
}

Residence& Registry::residence_for(DeviceRecord& device, const Place& place) {
  for (std::uint32_t at = device.first_residence; at != none; at = residences_[at].next)
    if (residences_[at].at == place) return residences_[at];
  ensure(residences_.size() < none);
  Residence fresh;
  fresh.at = place;
  fresh.next = device.first_residence;
  device.first_residence = static_cast<std::uint32_t>(residences_.size());
  return residences_.emplace_back(fresh);
}

}  // namespace fleetsim::platform
