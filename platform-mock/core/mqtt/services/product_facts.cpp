// What a device asks about its product: thing/config/get (remote configuration), thing/dsltemplate/get and dynamicTsl/get (features).
#include "platform-mock/core/mqtt/services/product_facts.hpp"

#include "platform-mock/core/mqtt/services/params_tree.hpp"

namespace fleetsim::platform::mqtt {

void append_config(std::string& out, const things::RemoteConfig& config, std::string_view url) {
  out.append("{\"configId\":");
  append_json_string(out, config.id);
  out.append(",\"configSize\":");
  append_number(out, static_cast<std::int64_t>(config.content.size()));
  out.append(",\"getType\":\"file\",\"sign\":");
  append_json_string(out, config.sign);
  out.append(",\"signMethod\":\"Sha256\",\"url\":");
  append_json_string(out, url);
  out.push_back('}');
}

Answer get_config(ServiceWorld& world, const Request& request) {
  const ProductIndex product = world.registry.device(request.device).product;
  const things::RemoteConfig* config = world.configs.find(product);
  if (config == nullptr) return refusal(alink_code::no_config, "the product has no remote configuration");
  if (config->state == things::RemoteConfigState::off) return refusal(alink_code::config_off, "remote configuration is switched off");
  world.data.clear();
  append_config(world.data, *config, world.configs.url_of(product, request.unix_ms));
  return {.data = world.data};
}

Answer get_tsl(ServiceWorld& world, const Request& request) {
  const std::string& tsl = world.registry.product(world.registry.device(request.device).product).data.tsl;
  if (tsl.empty() || !tree_of(tsl)) return {};
  world.data.assign(tsl);
  return {.data = world.data};
}

}  // namespace fleetsim::platform::mqtt
