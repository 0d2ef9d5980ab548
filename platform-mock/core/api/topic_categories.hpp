// A product's topic categories as the management API takes and shows them: by short names, and by ids that say product and position.
//
//   const auto topic = topic_for_change(call, id);
//   if (!topic) return topic.error();
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "platform-mock/core/api/action.hpp"

namespace fleetsim::platform {

/// SUB, PUB or ALL. Notes a missing or wrong parameter.
TopicOperation operation_of(ParameterReader& in, std::string_view name);
std::string_view operation_text(TopicOperation operation);

/// "user/update" <-> "/${productKey}/${deviceName}/user/update"
std::string full_topic(std::string_view short_name);
std::string_view short_name(std::string_view topic);

/// Why no category of this short name can be added.
std::optional<ApiError> problem_with_topic(const ActionCall& call, ProductIndex product, std::string_view short_name);

/// Gives the categories of a product that have no id yet one each.
void number_topics(ProductData& data);
std::int64_t topic_id(ProductIndex product, const TopicCategory& topic);
struct TopicPlace {
  ProductIndex product;
  std::size_t position = 0;
};
/// The category of that id, if the caller may change it.
Result<TopicPlace, ApiError> topic_for_change(ActionCall& call, std::int64_t id);

}  // namespace fleetsim::platform
