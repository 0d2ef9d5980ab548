#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/product_access.hpp"
#include "platform-mock/core/things/remote_config.hpp"

namespace fleetsim::platform {

ActionResult delete_product(ActionCall& call) {
  const auto product = editable_product(call, ProductPart::whole);
  if (!product) return product.error();
  // A product without devices here may have some that were distributed: it stays theirs.
  if (!call.registry().remove_product(product->index))
    return ApiError::business("iot.system.IllegalRequest", "the product has devices, here or where they were distributed to");
  call.platform.remote_configs().remove(product->index);
  return std::nullopt;
}

}  // namespace fleetsim::platform
