#include <string>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/topic_categories.hpp"

namespace fleetsim::platform {

ActionResult query_product_topic(ActionCall& call) {
  const auto product = product_in_sight(call);
  if (!product) return product.error();
  ProductData& data = call.registry().product_data(product->index);
  number_topics(data);
  call.out.object("Data").array("ProductTopicInfo");
  for (const TopicCategory& topic : data.topics) {
    call.out.item().member("Id", std::to_string(topic_id(product->index, topic))).member("ProductKey", key_of(call, product->index));
    call.out.member("TopicShortName", short_name(topic.topic)).member("Operation", operation_text(topic.operation));
    call.out.member("Desc", topic.description).end();
  }
  call.out.end().end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
