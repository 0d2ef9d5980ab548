// The registry: accounts, regions, instances, products, devices, and where each device is placed. In memory, dense, single-threaded.
//
// Placement is defined once, here: a device is Bound to an instance; a job makes it Handover; the first valid CONNECT at a target
// commits it to Bound at that target (distribution.hpp decides, this records).
#pragma once

#include <cstdint>
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

struct DeviceRecord {
  ProductIndex product;
  std::string name;
  std::string secret;
  Placement placement;
  bool enabled = true;
  bool activated = false;  // has connected where it is bound; false again after a commit until it does
  std::uint32_t moves = 0; // commits
};

struct ProductRecord {
  ProductConfig config;
};

struct Instance {
  InstanceConfig config;
  RegionIndex region;
};

class Registry {
 public:
  explicit Registry(const PlatformConfig& config);

  enum class AddError : std::uint8_t { unknown_product, device_exists, bad_name, product_exists, unknown_instance };

  std::optional<AddError> add_product(const ProductConfig& product);
  /// Registers a device bound to its product's instance. Nothing on success.
  std::optional<AddError> add_device(std::string_view product_key, std::string_view device_name, std::string_view secret);

  std::optional<DeviceIndex> find_device(std::string_view product_key, std::string_view device_name) const;
  std::optional<ProductIndex> find_product(std::string_view product_key) const;
  std::optional<InstanceIndex> find_instance(std::string_view id) const;
  std::optional<RegionIndex> find_region(std::string_view id) const;

  DeviceRecord& device(DeviceIndex index) { return devices_[index.value]; }
  const DeviceRecord& device(DeviceIndex index) const { return devices_[index.value]; }
  const ProductRecord& product(ProductIndex index) const { return products_[index.value]; }
  const Instance& instance(InstanceIndex index) const { return instances_[index.value]; }
  const RegionConfig& region(RegionIndex index) const { return regions_[index.value]; }
  std::size_t device_count() const { return devices_.size(); }
  std::size_t instance_count() const { return instances_.size(); }

 private:
  std::vector<RegionConfig> regions_;
  std::vector<Instance> instances_;
  std::vector<ProductRecord> products_;
  std::vector<DeviceRecord> devices_;
};

}  // namespace fleetsim::platform
