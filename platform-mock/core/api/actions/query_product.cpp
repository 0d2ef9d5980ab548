#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/product_access.hpp"

namespace fleetsim::platform {

ActionResult query_product(ActionCall& call) {
  const auto seen = product_in_sight(call);
  if (!seen) return seen.error();
  const Registry& registry = call.registry();
  const ProductRecord& product = registry.product(seen->index);
  const bool is_owner = product.owner == call.account;
  call.out.object("Data").member("ProductKey", product.config.key.view()).member("ProductName", product.config.name);
  // Whoever got the product by distribution signs nothing with its secret.
  call.out.member("ProductSecret", is_owner ? std::string_view{product.config.secret} : std::string_view{});
  call.out.member("NodeType", node_type_number(product.data.node_type)).member("DataFormat", data_format_number(product.data.data_format));
  call.out.member("AuthType", auth_type_text(product.data.auth_type)).member("Id2", product.data.auth_type == AuthType::id2);
  call.out.member("Description", product.data.description).member("AliyunCommodityCode", commodity_code);
  call.out.member("DeviceCount", registry.devices_listed(seen->index, seen->place));
  call.out.member("GmtCreate", call.unix_ms(product.created)).member("ProductStatus", "DEVELOPMENT_STATUS").member("Owner", is_owner).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
