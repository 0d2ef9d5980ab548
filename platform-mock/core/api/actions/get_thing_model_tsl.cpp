#include "platform-mock/core/api/actions/actions.hpp"

namespace fleetsim::platform {

ActionResult get_thing_model_tsl(ActionCall& call) {
  const auto product = product_in_sight(call);
  if (!product) return product.error();
  call.out.object("Data").member("TslStr", call.registry().product(product->index).data.tsl).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
