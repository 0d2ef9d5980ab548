// What an account may do with a product it sees: at home everything, where it was distributed to only look (product_rules.hpp).
//
//   const auto product = editable_product(call, ProductPart::topics);
//   if (!product) return product.error();
#pragma once

#include <string_view>

#include "platform-mock/core/api/action.hpp"
#include "platform-mock/core/product_rules.hpp"

namespace fleetsim::platform {

/// What every product here is: one with features.
inline constexpr std::string_view commodity_code = "iothub_senior";

/// The product in sight, if the caller may change that part of it.
Result<ProductInSight, ApiError> editable_product(ActionCall& call, ProductPart part);

// As answers show them.
std::string_view auth_type_text(AuthType type);
int data_format_number(DataFormat format);  // 0: custom, 1: Alink JSON
int node_type_number(NodeType type);        // 0: device, 1: gateway

}  // namespace fleetsim::platform
