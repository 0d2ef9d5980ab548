#include <algorithm>
#include <chrono>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/text_coding.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"

namespace fleetsim::platform {
namespace {

std::string_view code_of(mqtt::CallStatus status) {
  switch (status) {
    case mqtt::CallStatus::answered:
      return "SUCCESS";
    case mqtt::CallStatus::timed_out:
      return "TIMEOUT";
    case mqtt::CallStatus::not_reached:
      return "OFFLINE";
    case mqtt::CallStatus::malformed:
      return "UNKNOWN";
  }
  return {};
}

}  // namespace

ActionResult r_rpc(ActionCall& call) {
  const std::chrono::milliseconds longest = std::chrono::floor<std::chrono::milliseconds>(call.config.limits.rrpc_timeout);
  const auto timeout_ms = call.in.required_whole("Timeout", {.min = std::min<std::int64_t>(1000, longest.count()), .max = longest.count()});
  const auto payload = decode_base64(call.in.required("RequestBase64Byte"));
  call.in.required("DeviceName");
  const std::string_view topic = call.in.optional("Topic");
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  if (!payload) return ApiError::business("iot.check.InvalidFormattedParameter", "\"RequestBase64Byte\" must be base64");

  const mqtt::DeviceCall question{.kind = topic.empty() ? mqtt::CallKind::rrpc : mqtt::CallKind::rrpc_on_topic,
                                  .device = *device,
                                  .name = std::string{topic},
                                  .payload = *payload,
                                  .timeout = std::chrono::milliseconds{timeout_ms}};
  const LaterAnswer later = call.promise(*question.timeout);
  call.platform.devices().call(question,
                               [later](const mqtt::CallOutcome& outcome, const mqtt::Turn&) {
                                 JsonWriter members;
                                 members.begin();
                                 members.member("RrpcCode", code_of(outcome.status)).member("MessageId", outcome.id.value);
                                 if (outcome.status == mqtt::CallStatus::answered)
                                   members.member("PayloadBase64Byte", base64_of(bytes_of(outcome.payload)));
                                 later.platform->answer_api_call(later.connection, later.ticket, members.finish());
                               },
                               {call.now, call.output});
  return std::nullopt;
}

}  // namespace fleetsim::platform
