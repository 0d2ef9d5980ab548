#include "platform-mock/core/configured_products.hpp"

#include <functional>
#include <set>
#include <string_view>
#include <utility>

#include "devicecore/base/ensure.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::size_t sentences_max = 100;

/// Names that were in use once, so that a removal is not undone by a restart.
struct Removed {
  std::set<std::string, std::less<>> products;
  std::set<std::pair<std::string, std::string>> devices;  // (product key, device name)
};

Removed removed_of(const Registry& registry) {
  Removed removed;
  for (std::size_t i = 0; i < registry.product_count(); ++i) {
    const ProductRecord& product = registry.product(ProductIndex{static_cast<std::uint32_t>(i)});
    if (product.removed) removed.products.emplace(product.config.key.view());
  }
  for (std::size_t i = 0; i < registry.device_count(); ++i) {
    const DeviceRecord& device = registry.device(DeviceIndex{static_cast<std::uint32_t>(i)});
    if (device.removed) removed.devices.emplace(registry.product(device.product).config.key.view(), device.name);
  }
  return removed;
}

class Comparison {
 public:
  explicit Comparison(Registry& registry) : registry_(registry), removed_(removed_of(registry)) {}

  void take(const ProductConfig& wanted) {
    const auto known = registry_.find_product(wanted.key.view());
    if (known) return compare(*known, wanted);
    if (removed_.products.count(wanted.key.view()) != 0) return say("product \"", wanted.key.view(), "\" was deleted and stays so");
    const auto refused = registry_.add_product(wanted);
    ensure(!refused);
  }
  std::vector<std::string> sentences() { return std::move(sentences_); }

 private:
  void compare(ProductIndex index, const ProductConfig& wanted) {
    const ProductRecord& product = registry_.product(index);
    const std::string_view key = wanted.key.view();
    if (product.config.secret != wanted.secret) say("product \"", key, "\" has another secret in the state folder, which counts");
    if (product.config.owner != wanted.owner) say("product \"", key, "\" has another owner in the state folder, who counts");
    if (product.config.instance != wanted.instance) say("product \"", key, "\" has its home at another instance in the state folder");
    if (product.data.node_type != wanted.node_type) say("product \"", key, "\" has another node type in the state folder, which counts");
    if (product.data.dynamic_registration != wanted.dynamic_registration)
      say("product \"", key, "\" has dynamic registration switched the other way in the state folder, which counts");
    registry_.reserve_devices(registry_.device_count() + wanted.devices.size());
    for (const DeviceTriple& device : wanted.devices) take_device(index, key, device);
  }

  void take_device(ProductIndex product, std::string_view key, const DeviceTriple& wanted) {
    const auto known = registry_.find_device(product, wanted.name.view());
    if (!known) {
      if (removed_.devices.count({std::string{key}, std::string{wanted.name.view()}}) != 0)
        return say("device \"", wanted.name.view(), "\" was deleted and stays so");
      const auto refused = registry_.add_device(key, wanted.name.view(), wanted.secret);
      ensure(!refused);
      return;
    }
    if (std::as_const(registry_).device(*known).secret != wanted.secret)
      say("device \"", wanted.name.view(), "\" has another secret in the state folder, which counts");
  }

  void say(std::string_view before, std::string_view name, std::string_view after) {
    if (sentences_.size() >= sentences_max) return;
    sentences_.push_back(std::string{before}.append(name).append(after));
  }

  Registry& registry_;
  Removed removed_;
  std::vector<std::string> sentences_;
};

}  // namespace

std::vector<std::string> add_configured(Registry& registry, const std::vector<ProductConfig>& products) {
  Comparison comparison(registry);
  for (const ProductConfig& product : products) comparison.take(product);
  return comparison.sentences();
}

}  // namespace fleetsim::platform
