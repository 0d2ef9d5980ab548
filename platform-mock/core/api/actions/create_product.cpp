#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/product_access.hpp"

namespace fleetsim::platform {
namespace {

constexpr int key_tries_max = 100;

AuthType auth_type_of(ParameterReader& in) {
  const std::string_view text = in.optional("AuthType");
  if (text == "id2") return AuthType::id2;
  if (text == "x509") return AuthType::x509;
  if (!text.empty() && text != "secret")
    in.wrong(ApiError::business("iot.check.InvalidFormattedParameter", "\"AuthType\" must be secret, id2 or x509"));
  return AuthType::secret;
}

std::optional<ApiError> problem_with(const ActionCall& call, const Place& place, std::string_view name) {
  const Registry& registry = call.registry();
  std::size_t own = 0;
  for (const ProductIndex product : registry.products_at(place)) {
    if (registry.product(product).owner != call.account) continue;
    ++own;
    if (registry.product(product).config.name == name)
      return ApiError::business("iot.prod.AlreadyExistedProductName", "there is a product of this name already");
  }
  if (call.config.limits.mode == LimitsMode::documented && own >= call.config.limits.products_per_account)
    return ApiError::business("iot.prod.ProductCountExceeded",
                              "an account has at most " + std::to_string(call.config.limits.products_per_account) + " products")
        .at(LimitKind::products_per_account);
  return std::nullopt;
}

/// What the mock has only one way of, or makes no difference to it: a wrong word is told, and one that would have to hold.
void check_what_is_not_kept(ParameterReader& in) {
  in.word("NetType", {"WIFI", "CELLULAR", "ETHERNET", "OTHER"});
  in.word("ProtocolType", {"modbus", "opc-ua", "customize", "ble", "zigbee"});
  in.word("AliyunCommodityCode", {commodity_code});
  in.flag("Id2", false);  // AuthType counts
  if (in.whole("ValidateType", {.min = 1, .max = 2}, 2) == 1) in.not_served("ValidateType", "what devices post is kept as it is: give 2");
  if (!in.flag("PublishAuto", true)) in.not_served("PublishAuto", "features have no draft: give true");
  in.not_served("CategoryKey", "there are no standard categories: import the features");
  in.not_served("JoinPermissionId", "devices come over IP");
}

}  // namespace

ActionResult create_product(ActionCall& call) {
  const std::string_view name = call.in.required("ProductName");
  call.in.text("ProductName", product_name_limits);
  const auto node_type = call.in.required_whole("NodeType", {.min = 0, .max = 1});
  const auto data_format = call.in.whole("DataFormat", {.min = 0, .max = 1}, 1);
  const std::string_view description = call.in.text("Description", product_description_limits);
  const AuthType auth_type = auth_type_of(call.in);
  check_what_is_not_kept(call.in);
  const auto place = place_of(call);
  if (call.in.failed()) return call.in.error();
  if (!place) return place.error();
  if (auto problem = problem_with(call, *place, name)) return problem;

  Registry& registry = call.registry();
  ProductConfig product;
  product.name = name;
  product.secret = call.state.new_product_secret();
  product.owner = registry.account(call.account).id;
  product.instance = registry.instance(place->instance).config.id;
  auto refused = std::optional{Registry::AddError::product_exists};
  for (int tries = 0; refused == Registry::AddError::product_exists && tries < key_tries_max; ++tries) {
    product.key = ProductKey{call.state.new_product_key()};
    refused = registry.add_product(product, call.now);
  }
  if (refused) return ApiError::business("iot.system.SystemException", "the product could not be created");

  ProductData& data = registry.product_data(*registry.find_product(product.key.view()));
  data.node_type = node_type == 1 ? NodeType::gateway : NodeType::device;
  data.data_format = data_format == 1 ? DataFormat::alink_json : DataFormat::custom;
  data.auth_type = auth_type;
  data.description = description;
  call.out.member("ProductKey", product.key.view()).object("Data");
  call.out.member("ProductKey", product.key.view()).member("ProductName", name).member("ProductSecret", product.secret);
  call.out.member("NodeType", node_type).member("DataFormat", data_format).member("AuthType", auth_type_text(auth_type));
  call.out.member("Description", description).member("AliyunCommodityCode", commodity_code).member("Id2", auth_type == AuthType::id2);
  call.out.end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
