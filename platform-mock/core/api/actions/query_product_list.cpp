#include <algorithm>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/product_access.hpp"

namespace fleetsim::platform {

ActionResult query_product_list(ActionCall& call) {
  const Page page = call.in.page(page_size_max, page_size_default);
  const std::string_view edition = call.in.word("AliyunCommodityCode", {commodity_code, "iothub"});
  const auto place = place_of(call);
  if (call.in.failed()) return call.in.error();
  if (!place) return place.error();
  const Registry& registry = call.registry();
  std::vector<ProductIndex> products = registry.products_at(*place);
  if (!edition.empty() && edition != commodity_code) products.clear();
  call.out.object("Data").member("CurrentPage", page.number).member("PageSize", page.size).member("Total", products.size());
  call.out.member("PageCount", pages_of(products.size(), page.size)).object("List").array("ProductInfo");
  for (std::size_t i = page.first(); i < std::min(products.size(), page.first() + page.size); ++i) {
    const ProductRecord& product = registry.product(products[i]);
    call.out.item().member("ProductKey", product.config.key.view()).member("ProductName", product.config.name);
    call.out.member("NodeType", node_type_number(product.data.node_type))
        .member("DataFormat", data_format_number(product.data.data_format));
    call.out.member("AuthType", auth_type_text(product.data.auth_type)).member("Description", product.data.description);
    call.out.member("DeviceCount", registry.devices_listed(products[i], *place)).member("GmtCreate", call.unix_ms(product.created)).end();
  }
  call.out.end().end().end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
