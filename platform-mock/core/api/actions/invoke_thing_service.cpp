#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/json_reader.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"

namespace fleetsim::platform {
namespace {

/// What a device that was asked synchronously has answered, as members of the answer.
std::string answer_of(const mqtt::CallOutcome& outcome) {
  JsonWriter members;
  members.begin();
  const auto refuse = [&](std::string_view code, std::string_view message) {
    members.member("Success", false).member("Code", code).member("ErrorMessage", message);
  };
  switch (outcome.status) {
    case mqtt::CallStatus::answered: {
      const auto reply = text_members(outcome.payload);
      const std::string_view code = reply ? member_text(*reply, "code") : std::string_view{};
      if (code != "200") {
        refuse("iot.device.InvokeThingServiceFailed", "the device answered " + (code.empty() ? std::string{"no code"} : std::string{code}));
        break;
      }
      const std::string data = member_of(outcome.payload, "data").value_or("{}");
      members.object("Data").member("MessageId", std::to_string(outcome.id.value)).member("Result", data).end();
      break;
    }
    case mqtt::CallStatus::timed_out:
      refuse("iot.messagebroker.TIMEOUT", "the device did not answer in time");
      break;
    case mqtt::CallStatus::not_reached:
      refuse("iot.messagebroker.OFFLINE", "the device is not online");
      break;
    case mqtt::CallStatus::malformed:
      refuse("iot.system.JsonParseError", "\"Args\" must be a JSON object");
      break;
  }
  return std::string{members.finish()};
}

void ask_and_wait(ActionCall& call, DeviceIndex device, std::string_view service, std::string_view args) {
  const Duration timeout = call.config.limits.rrpc_timeout;
  const mqtt::DeviceCall question{
      .kind = mqtt::CallKind::service_rrpc, .device = device, .name = std::string{service}, .payload = args, .timeout = timeout};
  const LaterAnswer later = call.promise(timeout);
  call.platform.devices().call(question,
                               [later](const mqtt::CallOutcome& outcome, const mqtt::Turn&) {
                                 later.platform->answer_api_call(later.connection, later.ticket, answer_of(outcome));
                               },
                               {call.now, call.output});
}

}  // namespace

/// The product's TSL says whether the caller waits for the device's answer ("callType":"sync", over RRPC) or not.
ActionResult invoke_thing_service(ActionCall& call) {
  const std::string_view service = call.in.required("Identifier");
  const std::string_view args = call.in.required("Args");
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  if (!is_service_name(service)) return ApiError::business("iot.check.InvalidFormattedParameter", "\"Identifier\" is no service's name");
  if (!is_json_object(args)) return ApiError::business("iot.system.JsonParseError", "\"Args\" must be a JSON object");
  const std::string& tsl = call.registry().product(call.registry().device(*device).product).data.tsl;
  if (member_text(feature_of(tsl, "services", service), "callType") == "sync") {
    ask_and_wait(call, *device, service, args);
    return std::nullopt;
  }
  const mqtt::CallId id =
      call.platform.devices().call({.kind = mqtt::CallKind::service, .device = *device, .name = std::string{service}, .payload = args},
                                   [](const mqtt::CallOutcome&, const mqtt::Turn&) {}, {call.now, call.output});
  call.out.object("Data").member("MessageId", std::to_string(id.value)).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
