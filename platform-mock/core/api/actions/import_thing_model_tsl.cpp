#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/product_access.hpp"

namespace fleetsim::platform {

ActionResult import_thing_model_tsl(ActionCall& call) {
  call.in.not_served("TslUrl", "nothing is fetched from elsewhere: give TslStr");
  call.in.not_served("FunctionBlockId", "features are in no blocks");
  call.in.not_served("FunctionBlockName", "features are in no blocks");
  const std::string_view tsl = call.in.required("TslStr");
  const auto product = editable_product(call, ProductPart::features);
  if (call.in.failed()) return call.in.error();
  if (!product) return product.error();
  if (auto problem = problem_with_model(call, "TslStr", tsl)) return problem;
  if (!is_json_object(tsl)) return ApiError::business("iot.system.JsonParseError", "\"TslStr\" must be a JSON object");
  call.registry().product_data(product->index).tsl = tsl;
  return std::nullopt;
}

}  // namespace fleetsim::platform
