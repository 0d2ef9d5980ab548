// The registry: accounts, regions, instances, products, devices, and where each device is placed. In memory, dense, single-threaded.
//
// Placement is defined once, here: a device is Bound to an instance; a job makes it Handover; the first valid CONNECT at a target
// commits it to Bound at that target (distribution.hpp decides, this records). What a device did at an instance (its residence) stays
// there: a device that returns finds it again.
//
//   Registry registry(config);
//   if (auto device = registry.find_device("a1TestPK001", "dev1")) use(registry.device(*device));   // no allocation
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "devicecore/base/time.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/platform_config.hpp"

namespace fleetsim::platform {

struct Bound {
  InstanceIndex at;
};
struct Handover {
  InstanceIndex source;
  JobIndex job;  // its targets are the job's
};
using Placement = std::variant<Bound, Handover>;

/// How far a handover has come, as far as signed sessions tell. For reports only: nothing is decided by it.
enum class HandoverStep : std::uint8_t { handed_over, notified, replied };

struct DeviceRecord {
  ProductIndex product;
  std::string name;
  std::string secret;
  Placement placement;
  bool enabled = true;
  bool activated = false;  // has connected where it is bound; false again from a handover until it connects at a target
  HandoverStep handover_step = HandoverStep::handed_over;
  std::uint32_t moves = 0;                                                    // commits
  std::uint32_t first_residence = std::numeric_limits<std::uint32_t>::max();  // the registry's own chain
};

struct ProductRecord {
  ProductConfig config;                   // its device list is empty: devices are in the registry
  std::vector<InstanceIndex> visible_at;  // where the product's data is: its own instance and every target of a job
};

struct Instance {
  InstanceConfig config;
  RegionIndex region;
};

/// What one instance keeps about one device that lives or lived there. Never distributed, never removed.
struct Residence {
  InstanceIndex at;
  bool activated = false;   // has ever connected here
  std::uint32_t stays = 0;  // times it was bound here
  std::uint32_t next = std::numeric_limits<std::uint32_t>::max();
};

class Registry {
 public:
  /// Precondition: problems_of(config) is empty.
  explicit Registry(const PlatformConfig& config);
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  enum class AddError : std::uint8_t { unknown_product, device_exists, bad_name, product_exists, unknown_instance };

  /// Registers the product and all its devices, or nothing at all.
  std::optional<AddError> add_product(const ProductConfig& product);
  /// Registers a device bound to its product's instance. Nothing on success.
  std::optional<AddError> add_device(std::string_view product_key, std::string_view device_name, std::string_view secret);
  /// Room for so many devices at once, before a fleet registers.
  void reserve_devices(std::size_t count);

  std::optional<DeviceIndex> find_device(std::string_view product_key, std::string_view device_name) const;
  std::optional<DeviceIndex> find_device(ProductIndex product, std::string_view device_name) const;
  std::optional<ProductIndex> find_product(std::string_view product_key) const;
  std::optional<InstanceIndex> find_instance(std::string_view id) const;
  std::optional<RegionIndex> find_region(std::string_view id) const;
  bool has_account(std::string_view id) const;

  DeviceRecord& device(DeviceIndex index) { return devices_[index.value]; }
  const DeviceRecord& device(DeviceIndex index) const { return devices_[index.value]; }
  const ProductRecord& product(ProductIndex index) const { return products_[index.value]; }
  const Instance& instance(InstanceIndex index) const { return instances_[index.value]; }
  const RegionConfig& region(RegionIndex index) const { return regions_[index.value]; }
  std::size_t device_count() const { return devices_.size(); }
  std::size_t instance_count() const { return instances_.size(); }
  std::size_t region_count() const { return regions_.size(); }

  /// A device has connected where it is bound: it is active there, now and when it comes back one day.
  void activate(DeviceIndex index);
  /// Nothing when the device never lived at `instance`.
  const Residence* residence(DeviceIndex device, InstanceIndex instance) const;
  bool visible_at(ProductIndex product, InstanceIndex instance) const;

  // For Distribution alone, which decides.
  void make_visible(ProductIndex product, InstanceIndex instance);
  void start_handover(DeviceIndex device, InstanceIndex source, JobIndex job);
  void bind(DeviceIndex device, InstanceIndex target);

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
  std::size_t slot_of(ProductIndex product, std::string_view name) const;
  void grow_slots(std::size_t devices);
  Residence& residence_for(DeviceRecord& device, InstanceIndex instance);

  std::vector<AccountId> accounts_;
  std::vector<RegionConfig> regions_;
  std::vector<Instance> instances_;
  std::vector<ProductRecord> products_;
  std::vector<DeviceRecord> devices_;
  std::vector<Residence> residences_;  // chained per device by `next`
  std::vector<std::uint32_t> slots_;   // open addressing over devices_: a power of two, at most 2/3 full
  ByName<ProductIndex> product_by_key_;
  ByName<InstanceIndex> instance_by_id_;
};

}  // namespace fleetsim::platform
