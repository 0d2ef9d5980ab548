// What an owner sets for the devices of a product, and tells them: dynamic registration, remote configuration, another endpoint.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/system/error_code.hpp>

#include "platform-mock/core/console/console_operations.hpp"
#include "platform-mock/core/files/remote_config_files.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"
#include "platform-mock/core/product_rules.hpp"

namespace fleetsim::platform::console {
namespace {

/// The product that the path names, if this account may change it.
Result<ProductIndex, ConsoleError> own_product(const ConsoleCall& call) {
  const Registry& registry = call.registry();
  const auto product = registry.find_product(call.parts[0]);
  const auto is_here = [&](const ProductCopy& copy) { return copy.at.account == call.account; };
  if (!product || std::none_of(registry.product(*product).copies.begin(), registry.product(*product).copies.end(), is_here))
    return fail(not_found("iot.prod.NotExistedProduct", "there is no product \"" + call.parts[0] + "\" here"));
  const Place home{registry.product(*product).home().instance, call.account};
  if (auto refused = check_edit(registry, *product, home, ProductPart::information)) return fail(refuse(std::move(*refused)));
  return *product;
}

/// "on" or "off"; `standard` when it is not there.
bool is_on(JsonFields& fields, std::string_view name, std::string_view standard) {
  const std::string word = fields.has(name) ? fields.text(name) : std::string{standard};
  if (word != "on" && word != "off") fields.mistake(name, "on or off");
  return word == "on";
}

bool is_json_object(std::string_view text) {
  boost::system::error_code failure;
  const boost::json::value value = boost::json::parse(text, failure);
  return !failure && value.is_object();
}

boost::json::object config_json(const ConsoleCall& call, ProductIndex product, const things::RemoteConfig& config) {
  return {{"product", call.registry().product(product).config.key.view()},
          {"id", config.id},
          {"state", config.state == things::RemoteConfigState::on ? "on" : "off"},
          {"size", config.content.size()},
          {"sha256", config.sign},
          {"content", config.content}};
}

ConsoleError no_config(const ConsoleCall& call) {
  return not_found("iot.prod.NotExistedRemoteConfig", "product \"" + call.parts[0] + "\" has no remote configuration");
}

}  // namespace

ConsoleResult set_dynamic_registration(ConsoleCall& call) {
  JsonFields fields(call.body, "");
  const bool on = is_on(fields, "state", "");
  if (auto wrong = fields.finish()) return fail(std::move(*wrong));
  const auto product = own_product(call);
  if (!product) return fail(product.error());
  call.platform.registry().product_data(*product).dynamic_registration = on ? DynamicRegistration::on : DynamicRegistration::off;
  return ConsoleContent{.json = {{"product", call.parts[0]}, {"dynamic_registration", on ? "on" : "off"}}};
}

ConsoleResult show_remote_config(ConsoleCall& call) {
  const auto product = own_product(call);
  if (!product) return fail(product.error());
  const things::RemoteConfig* const config = call.platform.remote_configs().find(*product);
  if (config == nullptr) return fail(no_config(call));
  return ConsoleContent{.json = config_json(call, *product, *config)};
}

ConsoleResult set_remote_config(ConsoleCall& call) {
  JsonFields fields(call.body, "");
  const bool has_content = fields.has("content");
  std::string content = fields.text("content");
  const bool on = is_on(fields, "state", "on");
  if (has_content && !is_json_object(content)) fields.mistake("content", "the text of a JSON object");
  if (auto wrong = fields.finish()) return fail(std::move(*wrong));
  const auto product = own_product(call);
  if (!product) return fail(product.error());
  const things::RemoteConfig* const known = call.platform.remote_configs().find(*product);
  if (!has_content && known == nullptr) return fail(no_config(call));
  if (!has_content) content = known->content;
  const auto state = on ? things::RemoteConfigState::on : things::RemoteConfigState::off;
  if (auto refused = call.platform.remote_config_files().write(*product, std::move(content), state))
    return fail(refuse(std::move(*refused)));
  return ConsoleContent{.json = config_json(call, *product, *call.platform.remote_configs().find(*product))};
}

ConsoleResult push_remote_config(ConsoleCall& call) {
  const auto product = own_product(call);
  if (!product) return fail(product.error());
  const things::RemoteConfig* const config = call.platform.remote_configs().find(*product);
  if (config == nullptr) return fail(no_config(call));
  if (config->state == things::RemoteConfigState::off)
    return fail(refuse(refusal("iot.system.IllegalRequest", "remote configuration of product \"" + call.parts[0] + "\" is off")));
  return ConsoleContent{.json = {{"told", call.platform.devices().push_config(*product, {call.now, call.output})}}};
}

ConsoleResult push_endpoint(ConsoleCall& call) {
  constexpr std::uint64_t port_max = 65535;
  JsonFields fields(call.body, "");
  const std::string host = fields.text("host");
  const std::uint64_t port = fields.whole("port").value_or(0);
  if (!mqtt::is_host(host)) fields.mistake("host", "a host name or an address");
  if (port < 1 || port > port_max) fields.mistake("port", "1 to 65535");
  if (auto wrong = fields.finish()) return fail(std::move(*wrong));
  const auto device = own_device(call);
  if (!device) return fail(device.error());
  if (!call.platform.devices().push_endpoint(*device, host, static_cast<std::uint16_t>(port), {call.now, call.output}))
    return fail(refuse(refusal("iot.system.IllegalRequest", "device \"" + call.parts[1] + "\" does not hear it: it is not online")));
  return ConsoleContent{.json = {{"device", call.parts[1]}, {"host", host}, {"port", port}}};
}

}  // namespace fleetsim::platform::console
