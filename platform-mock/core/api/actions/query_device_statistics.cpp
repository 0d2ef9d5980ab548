#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/group_access.hpp"

namespace fleetsim::platform {
namespace {

bool is_in(const ActionCall& call, const things::DeviceGroup& group, DeviceIndex device) {
  const things::DeviceLabels* const labels = call.platform.things().find_labels(device);
  return labels != nullptr && labels->is_in_group(group.id);
}

}  // namespace

ActionResult query_device_statistics(ActionCall& call) {
  const bool one_product = !call.in.optional("ProductKey").empty();
  const auto place = place_of(call);
  if (!place) return place.error();
  const things::DeviceGroup* group = nullptr;  // null: all
  if (!call.in.optional("GroupId").empty()) {
    const auto named = group_in_sight(call);
    if (!named) return named.error();
    group = *named;
  }
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
      if (registry.device(device).listed_at() != *place || (group != nullptr && !is_in(call, *group, device))) continue;
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
