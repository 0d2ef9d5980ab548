#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/topic_categories.hpp"

namespace fleetsim::platform {

ActionResult update_product_topic(ActionCall& call) {
  const auto id = call.in.required_whole("TopicId", {.min = 0});
  const std::string_view name = call.in.required("TopicShortName");
  const auto operation = operation_of(call.in, "Operation");
  const std::string_view description = call.in.text("Desc", product_description_limits);
  if (call.in.failed()) return call.in.error();
  const auto topic = topic_for_change(call, id);
  if (!topic) return topic.error();
  TopicCategory& category = call.registry().product_data(topic->product).topics[topic->position];
  if (short_name(category.topic) != name)
    if (auto problem = problem_with_topic(call, topic->product, name)) return problem;
  category = {full_topic(name), operation, std::string{description}, category.id};
  return std::nullopt;
}

}  // namespace fleetsim::platform
