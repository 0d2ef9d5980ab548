// The registry: accounts, regions, instances, products, devices, and where each device is placed. In memory, dense, single-threaded.
//
// Placement is defined once, here: a device is Bound to an instance; a job makes it Handover; the first valid CONNECT at a target
// commits it to Bound at that target (distribution.hpp decides, this records). What a device did at a place (its residence) stays
// there: a device that returns finds it again.
//
// Two questions are asked of a placement, and they differ in handover alone. resides_at(): who serves its sessions and keeps what it
// does. listed_at(): where people find it, manage it, distribute it on; after a handover by policy region that is the target at once.
//
// What is removed leaves a tombstone: its index is never given away again, nothing finds it any more, and its name is free.
//
//   Registry registry(config);
//   if (auto device = registry.find_device("a1TestPK001", "dev1")) use(registry.device(*device));   // no allocation
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "devicecore/base/time.hpp"
#include "platform-mock/core/accounts/account_directory.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/journal.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/core/product_data.hpp"

namespace fleetsim::platform {

struct Bound {
  InstanceIndex at;
};
struct Handover {
  InstanceIndex source;  // where it was bound last
  JobIndex job;          // its targets are the job's
  Place listed;          // as the job says: Job::lists_at()
};
using Placement = std::variant<Bound, Handover>;

/// How far a handover has come, as far as signed sessions tell. For reports only: nothing is decided by it.
enum class HandoverStep : std::uint8_t { handed_over, notified, replied };

struct DeviceRecord {
  ProductIndex product;
  AccountIndex account;  // with whom it resides
  Instant created{};
  std::string name;
  std::string secret;
  Placement placement;
  bool enabled = true;
  bool activated = false;  // has connected where it is bound; false again from a handover until it connects at a target
  bool removed = false;
  HandoverStep handover_step = HandoverStep::handed_over;
  std::uint32_t moves = 0;                                                    // commits
  std::uint32_t first_residence = std::numeric_limits<std::uint32_t>::max();  // the registry's own chain

  /// Where it is bound, or in handover: where it comes from. Its session may be there still, and its runtime data is.
  Place resides_at() const;
  /// The one place where its users find it: the APIs, the lists and counts, the jobs that take it on, updates, labels, topology.
  Place listed_at() const;
  /// Listed where it has not connected since: nothing that is sent from there reaches a session of its.
  bool is_awaited() const { return listed_at() != resides_at(); }
};

/// One place where a product can be seen.
struct ProductCopy {
  Place at;
  Instant since{};
};

struct ProductRecord {
  ProductConfig config;  // its device list is empty: devices are in the registry
  AccountIndex owner;
  Instant created{};
  ProductData data;
  std::vector<ProductCopy> copies;  // the first is at home, the only place where it may be changed
  bool model_frozen = false;        // distributed without devices: features and parsing script stay as they are
  bool removed = false;
  std::size_t shared_devices = 0;  // authorised or transferred

  const Place& home() const { return copies.front().at; }
};

struct Instance {
  InstanceConfig config;
  RegionIndex region;
  std::optional<AccountIndex> owner;  // of an enterprise instance

  bool serves(AccountIndex account) const { return !owner || *owner == account; }
};

/// What one place keeps about one device that lives or lived there. Never distributed, never removed.
struct Residence {
  Place at;
  bool activated = false;   // has ever connected here
  std::uint32_t stays = 0;  // times it was bound here
  std::uint32_t next = std::numeric_limits<std::uint32_t>::max();
};

/// A device that its owner lets another account use. No device of its product can be distributed then.
enum class SharingKind : std::uint8_t { authorised, transferred };
struct Sharing {
  SharingKind kind{};
  AccountIndex with;
};

class Registry {
 public:
  /// Precondition: problems_of(config) is empty.
  explicit Registry(const PlatformConfig& config);
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  enum class AddError : std::uint8_t { unknown_product, device_exists, bad_name, product_exists, unknown_instance, unknown_account };

  /// Registers the product and all its devices, or nothing at all.
  std::optional<AddError> add_product(const ProductConfig& product, Instant created = {});
  /// Registers a device bound to its product's instance. Nothing on success.
  std::optional<AddError> add_device(std::string_view product_key, std::string_view device_name, std::string_view secret,
                                     Instant created = {});
  /// Room for so many devices at once, before a fleet registers.
  void reserve_devices(std::size_t count);
  /// Precondition: not removed, and no handover: Distribution::forget() comes first.
  void remove_device(DeviceIndex index);
  /// False, and nothing done, while it has devices.
  bool remove_product(ProductIndex index);

  std::optional<DeviceIndex> find_device(std::string_view product_key, std::string_view device_name) const;
  /// A device will be looked for soon: first its record, and a little later what leads to it, is asked for ahead of time.
  void prefetch_record(DeviceIndex index) const { __builtin_prefetch(&devices_[index.value]); }
  void prefetch_slot(DeviceIndex index) const { __builtin_prefetch(&slots_[hash_of(index.value) & (slots_.size() - 1)]); }
  std::optional<DeviceIndex> find_device(ProductIndex product, std::string_view device_name) const;
  std::optional<ProductIndex> find_product(std::string_view product_key) const;
  std::optional<InstanceIndex> find_instance(std::string_view id) const;
  std::optional<RegionIndex> find_region(std::string_view id) const;
  std::optional<AccountIndex> find_account(std::string_view id) const { return accounts_.find(id); }
  std::optional<AccountIndex> find_account_by_name(std::string_view name) const { return accounts_.find_by_name(name); }
  bool has_account(std::string_view id) const { return find_account(id).has_value(); }
  /// The instance of a region that serves every account; the first when there are several.
  std::optional<InstanceIndex> public_instance_of(RegionIndex region) const;

  const AccountDirectory& accounts() const { return accounts_; }
  const AccountConfig& account(AccountIndex index) const { return accounts_.account(index); }
  DeviceRecord& device(DeviceIndex index) { return devices_[index.value]; }
  const DeviceRecord& device(DeviceIndex index) const { return devices_[index.value]; }
  const ProductRecord& product(ProductIndex index) const { return products_[index.value]; }
  /// Whoever changes it has asked check_edit() (product_rules.hpp), and does so before the step is over.
  ProductData& product_data(ProductIndex index) {
    product_changed(index);
    return products_[index.value].data;
  }
  void rename_product(ProductIndex index, std::string_view name) {
    product_changed(index);
    products_[index.value].config.name = name;
  }
  const Instance& instance(InstanceIndex index) const { return instances_[index.value]; }
  const RegionConfig& region(RegionIndex index) const { return regions_[index.value]; }
  // Counts of indices given away: tombstones count too.
  std::size_t device_count() const { return devices_.size(); }
  std::size_t product_count() const { return products_.size(); }
  std::size_t account_count() const { return accounts_.size(); }
  std::size_t instance_count() const { return instances_.size(); }
  std::size_t region_count() const { return regions_.size(); }

  /// The product's devices, wherever they are, in the order of their registration; valid until the next change.
  std::span<const DeviceIndex> devices_of(ProductIndex product) const { return devices_of_[product.value]; }
  /// How many of them are listed at `place`.
  std::size_t devices_listed(ProductIndex product, const Place& place) const;
  /// Products with a copy at `place`, in the order of their registration.
  std::vector<ProductIndex> products_at(const Place& place) const;

  /// Its place forgets that it was ever connected: it can fetch its secret again.
  void deactivate(DeviceIndex index) {
    device_changed(index);
    devices_[index.value].activated = false;
  }
  void set_enabled(DeviceIndex index, bool enabled) {
    device_changed(index);
    devices_[index.value].enabled = enabled;
  }
  /// A device has connected where it is bound: it is active there, now and when it comes back one day.
  void activate(DeviceIndex index);
  /// Nothing when the device never lived at `place`.
  const Residence* residence(DeviceIndex device, const Place& place) const;
  /// Whether it ever lived at the instance, with whichever account.
  bool lived_at(DeviceIndex device, InstanceIndex instance) const;
  /// Where it does not live any more: the instance that it came to last of all it has left. Nothing: it has left none.
  std::optional<InstanceIndex> former_instance(DeviceIndex device) const;
  bool visible_at(ProductIndex product, const Place& place) const;

  /// A device is authorised for, or transferred to, another account until it is taken back.
  void share(DeviceIndex device, Sharing sharing);
  /// False when it was not shared.
  bool unshare(DeviceIndex device);
  const Sharing* sharing(DeviceIndex device) const;

  // For Distribution alone, which decides.
  void make_visible(ProductIndex product, const Place& place, Instant now);
  void freeze_model(ProductIndex product) {
    product_changed(product);
    products_[product.value].model_frozen = true;
  }
  /// Of a device that is in handover already: the job takes it over, wherever it comes from.
  void start_handover(DeviceIndex device, JobIndex job, const Place& listed);
  void bind(DeviceIndex device, const Place& target);
  /// A handover that will never commit: bound where it comes from again.
  void end_handover(DeviceIndex device);
  void note_step(DeviceIndex device, HandoverStep step) {
    device_changed(device);
    devices_[device.value].handover_step = step;
  }

  /// Who is told of every change; null: nobody. It must outlive this.
  void record(Journal* journal) { journal_ = journal; }
  /// Where a device lives or lived, in no particular order.
  std::vector<Residence> residences_of(DeviceIndex device) const;
  // Puts back what was kept, each kind in the order of its indices, tombstones too; nobody is told.
  void restore_product(ProductRecord record);
  /// Precondition: its product is there; of two that are not removed, no name twice.
  void restore_device(DeviceRecord record);
  void restore_residence(DeviceIndex device, Residence residence);
  /// Where a device in handover is listed, which its job says. Until then: where it resides.
  void restore_listing(DeviceIndex device, const Place& listed);

  /// Memory of the registry for its devices, for the size table: bytes in its own tables and strings.
  std::size_t device_bytes() const;

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  template <class Value>
  using ByName = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  static std::size_t device_hash(ProductIndex product, std::string_view name);
  std::size_t hash_of(std::uint32_t device) const;
  static std::uint32_t tag_of(std::size_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  void fill_slot(std::size_t slot, std::uint32_t device);
  std::size_t slot_of(ProductIndex product, std::string_view name) const;
  void free_slot(std::size_t slot);
  void grow_slots(std::size_t devices);
  Residence& residence_for(DeviceRecord& device, const Place& place);
  std::uint32_t& listed_count(ProductIndex product, const Place& place);
  void listing_changed(const DeviceRecord& device, const Place& before);
  void product_changed(ProductIndex index) {
    if (journal_ != nullptr) journal_->product_changed(index);
  }
  void device_changed(DeviceIndex index) {
    if (journal_ != nullptr) journal_->device_changed(index);
  }

  AccountDirectory accounts_;
  std::vector<RegionConfig> regions_;
  std::vector<Instance> instances_;
  std::vector<ProductRecord> products_;
  std::vector<std::vector<DeviceIndex>> devices_of_;  // by product
  struct ListedCount {
    Place at;
    std::uint32_t devices = 0;
  };
  std::vector<std::vector<ListedCount>> listed_counts_;  // by product: few places each
  std::vector<DeviceRecord> devices_;
  std::vector<Residence> residences_;  // chained per device by `next`
  /// A part of the hash stands beside the device: most slots that are somebody else's are told so without a look at the device.
  struct Slot {
    std::uint32_t device = none;
    std::uint32_t tag = 0;
  };
  std::vector<Slot> slots_;  // open addressing over devices_: a power of two, at most 2/3 full
  ByName<ProductIndex> product_by_key_;
  ByName<InstanceIndex> instance_by_id_;
  std::unordered_map<DeviceIndex, Sharing> sharing_;  // few devices are
  Journal* journal_ = nullptr;
};

}  // namespace fleetsim::platform
