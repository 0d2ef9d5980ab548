#include "platform-mock/core/product_rules.hpp"

#include <string>

namespace fleetsim::platform {
namespace {

std::string_view name_of(ProductPart part) {
  switch (part) {
    case ProductPart::information:
      return "its information cannot be changed";
    case ProductPart::topics:
      return "its topic categories cannot be changed";
    case ProductPart::features:
      return "its features cannot be changed";
    case ProductPart::scripts:
      return "its parsing script cannot be changed";
    case ProductPart::devices:
      return "no devices can be created for it";
    case ProductPart::whole:
      return "it cannot be deleted";
  }
  return {};
}

std::optional<PlatformError> not_the_owner(const Registry& registry, AccountIndex owner, DeviceIndex device) {
  const DeviceRecord& record = registry.device(device);
  if (registry.product(record.product).owner == owner && record.listed_at().account == owner) return std::nullopt;
  return refusal("iot.common.AuthActionPermissionDeny", "device \"" + record.name + "\" is not this account's own");
}

}  // namespace

std::optional<PlatformError> check_edit(const Registry& registry, ProductIndex product, const Place& from, ProductPart part) {
  const ProductRecord& record = registry.product(product);
  const std::string name{record.config.key.view()};
  if (record.removed || !registry.visible_at(product, from))
    return refusal("iot.prod.NotExistedProduct", "there is no product \"" + name + "\"");
  if (from != record.home())
    return refusal("iot.common.AuthActionPermissionDeny",
                   "product \"" + name + "\" was distributed here and can only be looked at: " + std::string{name_of(part)});
  const bool is_model = part == ProductPart::features || part == ProductPart::scripts;
  if (is_model && record.model_frozen)
    return refusal("iot.system.IllegalRequest", "product \"" + name + "\" was distributed as a product: " + std::string{name_of(part)});
  return std::nullopt;
}

std::optional<PlatformError> share_device(Registry& registry, AccountIndex owner, DeviceIndex device, Sharing sharing) {
  if (auto refused = not_the_owner(registry, owner, device)) return refused;
  if (sharing.with == owner) return refusal("iot.system.IllegalRequest", "a device cannot be shared with its own account");
  if (const Sharing* const present = registry.sharing(device); present != nullptr)
    return refusal("iot.system.IllegalRequest", "device \"" + registry.device(device).name + "\" is already shared with account " +
                                                    std::string{registry.account(present->with).id.view()});
  registry.share(device, sharing);
  return std::nullopt;
}

std::optional<PlatformError> unshare_device(Registry& registry, AccountIndex owner, DeviceIndex device) {
  if (auto refused = not_the_owner(registry, owner, device)) return refused;
  if (!registry.unshare(device))
    return refusal("iot.system.IllegalRequest", "device \"" + registry.device(device).name + "\" is not shared");
  return std::nullopt;
}

}  // namespace fleetsim::platform
