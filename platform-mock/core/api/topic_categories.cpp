#include "platform-mock/core/api/topic_categories.hpp"

#include <algorithm>
#include <utility>

#include "platform-mock/core/product_rules.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::string_view topic_begin = "/${productKey}/${deviceName}/user/";
constexpr std::size_t short_name_bytes_max = 64;
/// What is told as an id holds the product and the category's number within it.
constexpr std::int64_t ids_per_product = 1'000'000;

bool may_stand_in_topic(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '/' || c == '+' || c == '#';
}

}  // namespace

TopicOperation operation_of(ParameterReader& in, std::string_view name) {
  const std::string_view text = in.required(name);
  if (text == "PUB") return TopicOperation::publish;
  if (text == "ALL") return TopicOperation::both;
  if (text != "SUB") in.wrong(ApiError::business("iot.check.InvalidFormattedParameter", "\"Operation\" must be SUB, PUB or ALL"));
  return TopicOperation::subscribe;
}

std::string_view operation_text(TopicOperation operation) {
  switch (operation) {
    case TopicOperation::publish:
      return "PUB";
    case TopicOperation::subscribe:
      return "SUB";
    case TopicOperation::both:
      return "ALL";
  }
  return {};
}

std::string full_topic(std::string_view short_name) { return std::string{topic_begin} + std::string{short_name}; }

std::string_view short_name(std::string_view topic) { return topic.starts_with(topic_begin) ? topic.substr(topic_begin.size()) : topic; }

std::optional<ApiError> problem_with_topic(const ActionCall& call, ProductIndex product, std::string_view name) {
  const auto& topics = call.registry().product(product).data.topics;
  if (name.size() > short_name_bytes_max || !std::all_of(name.begin(), name.end(), may_stand_in_topic))
    return ApiError::business("iot.check.InvalidFormattedParameter", "\"TopicShortName\" is 1 to 64 letters, digits and _ / + #");
  const std::string topic = full_topic(name);
  if (std::any_of(topics.begin(), topics.end(), [&](const TopicCategory& one) { return one.topic == topic; }))
    return ApiError::business("iot.system.IllegalRequest", "the product has this topic category already");
  const std::size_t most = documented_max(call.config.limits, call.config.limits.topic_categories_per_product);
  if (topics.size() >= most)
    return ApiError::business("iot.system.IllegalRequest", "a product has at most " + std::to_string(most) + " topic categories")
        .at(LimitKind::topic_categories_per_product);
  return std::nullopt;
}

void number_topics(ProductData& data) {
  std::uint32_t last = 0;
  for (const TopicCategory& topic : data.topics) last = std::max(last, topic.id);
  for (TopicCategory& topic : data.topics)
    if (topic.id == 0) topic.id = ++last;
}

std::int64_t topic_id(ProductIndex product, const TopicCategory& topic) { return product.value * ids_per_product + topic.id; }

Result<TopicPlace, ApiError> topic_for_change(ActionCall& call, std::int64_t id) {
  Registry& registry = call.registry();
  const ApiError unknown = ApiError::business("iot.system.IllegalRequest", "there is no topic category of this id");
  const auto place = place_of(call);
  if (!place) return fail(place.error());
  if (id / ids_per_product >= static_cast<std::int64_t>(registry.product_count())) return fail(unknown);
  const ProductIndex product{static_cast<std::uint32_t>(id / ids_per_product)};
  if (auto refused = check_edit(registry, product, *place, ProductPart::topics)) return fail(ApiError::of(std::move(*refused)));
  number_topics(registry.product_data(product));
  const auto& topics = registry.product(product).data.topics;
  const auto found = std::find_if(topics.begin(), topics.end(), [&](const TopicCategory& one) { return topic_id(product, one) == id; });
  if (found == topics.end()) return fail(unknown);
  return TopicPlace{product, static_cast<std::size_t>(found - topics.begin())};
}

}  // namespace fleetsim::platform
