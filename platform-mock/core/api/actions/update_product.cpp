#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/product_access.hpp"

namespace fleetsim::platform {

ActionResult update_product(ActionCall& call) {
  const std::string_view name = call.in.text("ProductName", product_name_limits);
  const std::string_view description = call.in.text("Description", product_description_limits);
  const auto product = editable_product(call, ProductPart::information);
  if (call.in.failed()) return call.in.error();
  if (!product) return product.error();
  Registry& registry = call.registry();
  for (const ProductIndex other : registry.products_at(product->place))
    if (other != product->index && !name.empty() && registry.product(other).config.name == name)
      return ApiError::business("iot.prod.AlreadyExistedProductName", "there is a product of this name already");
  if (!name.empty()) registry.rename_product(product->index, name);
  if (call.in.has("Description")) registry.product_data(product->index).description = description;
  return std::nullopt;
}

}  // namespace fleetsim::platform
