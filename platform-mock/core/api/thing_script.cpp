#include "platform-mock/core/api/thing_script.hpp"

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/product_access.hpp"

namespace fleetsim::platform {

ActionResult store_script(ActionCall& call, ScriptChange change) {
  const std::string_view script = call.in.required("ScriptContent");
  const std::string_view type = call.in.required("ScriptType");
  const auto product = editable_product(call, ProductPart::scripts);
  if (call.in.failed()) return call.in.error();
  if (!product) return product.error();
  if (auto problem = problem_with_model(call, "ScriptContent", script)) return problem;
  if (type != "JavaScript" && type != "Python_27" && type != "PHP_72")
    return ApiError::business("iot.check.InvalidFormattedParameter", "\"ScriptType\" must be JavaScript, Python_27 or PHP_72");
  const bool is_there = !call.registry().product(product->index).data.parsing_script.empty();
  if (is_there && change == ScriptChange::create)
    return ApiError::business("iot.system.IllegalRequest", "the product has a script: update it");
  if (!is_there && change == ScriptChange::update)
    return ApiError::business("iot.system.IllegalRequest", "the product has no script: create it");
  call.registry().product_data(product->index).parsing_script = script;
  return std::nullopt;
}

}  // namespace fleetsim::platform
