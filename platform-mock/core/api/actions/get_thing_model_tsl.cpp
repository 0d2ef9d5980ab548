#include <string>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/simple_model.hpp"

namespace fleetsim::platform {

ActionResult get_thing_model_tsl(ActionCall& call) {
  const bool is_simple = call.in.flag("Simple", false);
  call.in.not_served("ModelVersion", "the features as they are now are the only ones");
  call.in.not_served("FunctionBlockId", "features are in no blocks");
  const auto product = product_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!product) return product.error();
  const std::string& tsl = call.registry().product(product->index).data.tsl;
  call.out.object("Data").member("TslStr", is_simple ? simple_model(tsl) : tsl).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
