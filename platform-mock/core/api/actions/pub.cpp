#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/text_coding.hpp"

namespace fleetsim::platform {
namespace {

/// The device of a topic of its product's users: /{ProductKey}/{DeviceName}/user/…
std::string_view device_in_topic(std::string_view topic, std::string_view product_key) {
  if (!topic.starts_with('/') || !topic.substr(1).starts_with(product_key)) return {};
  topic.remove_prefix(1 + product_key.size());
  if (!topic.starts_with('/')) return {};
  topic.remove_prefix(1);
  const std::size_t end = topic.find('/');
  return end == std::string_view::npos || end + 1 == topic.size() ? std::string_view{} : topic.substr(0, end);
}

}  // namespace

ActionResult pub(ActionCall& call) {
  const std::string_view topic = call.in.required("TopicFullName");
  const auto content = decode_base64(call.in.required("MessageContent"));
  const auto qos = call.in.whole("Qos", {.min = 0, .max = 1}, 0);
  for (const std::string_view name : {"CorrelationData", "ResponseTopic", "UserProp.1.Key"})
    call.in.not_served(name, "devices speak MQTT 3.1.1");
  const auto product = product_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!product) return product.error();
  if (!content) return ApiError::business("iot.check.InvalidFormattedParameter", "\"MessageContent\" must be base64");
  if (content->size() > call.config.limits.payload_bytes || topic.size() > call.config.limits.topic_bytes)
    return ApiError::business("iot.check.InvalidFormattedParameter", "the message or its topic is too long");
  const std::string_view name = device_in_topic(topic, key_of(call, product->index));
  if (name.empty())
    return ApiError::business("iot.check.InvalidFormattedParameter", "\"TopicFullName\" must be /{ProductKey}/{DeviceName}/user/…");
  const auto device = device_of(call, *product, name);
  if (!device) return device.error();
  // Whether the device hears it is not told: a message to one that is away is lost, or kept for it, as its session says.
  call.platform.publish_to_device(*device, topic, bytes_of(*content), static_cast<std::uint8_t>(qos), call.now, call.output);
  call.out.member("MessageId", call.state.new_message_id());
  return std::nullopt;
}

}  // namespace fleetsim::platform
