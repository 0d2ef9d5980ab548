// What may be done with a product, and from where. At home its owner may do everything; wherever else it was distributed to, it can be
// looked at and nothing more.
//
//   if (auto refused = check_edit(registry, product, {instance, account}, ProductPart::features)) return fail(*refused);
#pragma once

#include <cstdint>
#include <optional>

#include "platform-mock/core/platform_error.hpp"
#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform {

enum class ProductPart : std::uint8_t { information, topics, features, scripts, devices, whole };

/// Whether `from` may change a part of the product, register devices for it (`devices`), or delete it (`whole`). Nothing: it may.
std::optional<PlatformError> check_edit(const Registry& registry, ProductIndex product, const Place& from, ProductPart part);

/// Lets another account use a device: `kind` says how. Nothing on success.
std::optional<PlatformError> share_device(Registry& registry, AccountIndex owner, DeviceIndex device, Sharing sharing);
/// Ends that.
std::optional<PlatformError> unshare_device(Registry& registry, AccountIndex owner, DeviceIndex device);

}  // namespace fleetsim::platform
