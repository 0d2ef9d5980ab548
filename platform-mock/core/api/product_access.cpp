#include "platform-mock/core/api/product_access.hpp"

#include <utility>

namespace fleetsim::platform {

Result<ProductInSight, ApiError> editable_product(ActionCall& call, ProductPart part) {
  const auto seen = product_in_sight(call);
  if (!seen) return fail(seen.error());
  if (auto refused = check_edit(call.registry(), seen->index, seen->place, part)) return fail(ApiError::of(std::move(*refused)));
  return *seen;
}

std::string_view auth_type_text(AuthType type) {
  switch (type) {
    case AuthType::secret:
      return "secret";
    case AuthType::id2:
      return "id2";
    case AuthType::x509:
      return "x509";
  }
  return {};
}

int data_format_number(DataFormat format) { return format == DataFormat::alink_json ? 1 : 0; }

int node_type_number(NodeType type) { return type == NodeType::gateway ? 1 : 0; }

}  // namespace fleetsim::platform
