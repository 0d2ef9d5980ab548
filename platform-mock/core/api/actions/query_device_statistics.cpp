#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"

namespace fleetsim::platform {

ActionResult query_device_statistics(ActionCall& call) {
  const bool one_product = !call.in.optional("ProductKey").empty();
  const auto place = place_of(call);
  if (!place) return place.error();
  const Registry& registry = call.registry();
  std::vector<ProductIndex> products;
  if (one_product) {
    const auto product = product_in_sight(call);
    if (!product) return product.error();
    products.push_back(product->index);
  } else {
    products = registry.products_at(*place);
  }
  std::size_t devices = 0;
  std::size_t active = 0;
  std::size_t online = 0;
  for (const ProductIndex product : products) {
    for (const DeviceIndex device : registry.devices_of(product)) {
      if (registry.device(device).resides_at() != *place) continue;
      ++devices;
      if (registry.device(device).activated) ++active;
      if (status_of(call, device) == "ONLINE") ++online;
    }
  }
  // These three begin in lower case on the wire.
  call.out.object("Data").member("deviceCount", devices).member("activeCount", active).member("onlineCount", online).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
