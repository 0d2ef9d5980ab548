#include <cstddef>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/topic_categories.hpp"

namespace fleetsim::platform {

ActionResult delete_product_topic(ActionCall& call) {
  const auto id = call.in.required_whole("TopicId", {.min = 0});
  if (call.in.failed()) return call.in.error();
  const auto topic = topic_for_change(call, id);
  if (!topic) return topic.error();
  auto& topics = call.registry().product_data(topic->product).topics;
  topics.erase(topics.begin() + static_cast<std::ptrdiff_t>(topic->position));
  return std::nullopt;
}

}  // namespace fleetsim::platform
