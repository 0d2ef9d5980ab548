#include <chrono>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/files/parsing_scripts.hpp"

namespace fleetsim::platform {

ActionResult get_thing_script(ActionCall& call) {
  const auto product = product_in_sight(call);
  if (!product) return product.error();
  if (call.registry().product(product->index).data.parsing_script.empty())
    return ApiError::business("iot.system.IllegalRequest", "the product has no script");
  const auto lifetime = std::chrono::floor<std::chrono::milliseconds>(call.config.api.file_url_lifetime).count();
  const std::string_view key = key_of(call, product->index);
  call.out.object("Data").member("ScriptType", "JavaScript");
  call.out.member("ScriptUrl", call.files.url(parsing_script_folder, key, call.unix_ms(call.now) + lifetime)).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
