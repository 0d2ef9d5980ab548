#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/product_access.hpp"
#include "platform-mock/core/api/topic_categories.hpp"

namespace fleetsim::platform {

ActionResult create_product_topic(ActionCall& call) {
  const auto operation = operation_of(call.in, "Operation");
  const std::string_view name = call.in.required("TopicShortName");
  const std::string_view description = call.in.text("Desc", product_description_limits);
  const auto product = editable_product(call, ProductPart::topics);
  if (call.in.failed()) return call.in.error();
  if (!product) return product.error();
  if (auto problem = problem_with_topic(call, product->index, name)) return problem;
  ProductData& data = call.registry().product_data(product->index);
  data.topics.push_back({full_topic(name), operation, std::string{description}});
  number_topics(data);
  call.out.member("TopicId", topic_id(product->index, data.topics.back()));
  return std::nullopt;
}

}  // namespace fleetsim::platform
