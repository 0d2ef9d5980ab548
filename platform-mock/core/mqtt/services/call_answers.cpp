// What devices answer to the platform's own questions: property set, services, and RRPC on its own topic or on one of the caller's.
#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "platform-mock/core/mqtt/services/service.hpp"

namespace fleetsim::platform::mqtt {
namespace {

constexpr std::string_view before_service = "thing/service/";
constexpr std::string_view reply_mark = "_reply";
constexpr std::string_view before_rrpc_id = "rrpc/response/";
constexpr std::size_t service_name_bytes_max = 128;

std::optional<CallId> call_id_in(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return CallId{value};
}

/// A string with its quotes, or a number.
std::optional<CallId> call_id_of(const AlinkMessage& message) {
  std::string_view token = message.id();
  if (token.size() >= 2 && token.front() == '"') token = token.substr(1, token.size() - 2);
  return call_id_in(token);
}

Answer take_answer(ServiceWorld& world, const Request& request, CallKind kind, std::string_view name) {
  const auto id = call_id_of(request.message);
  const std::int64_t told = request.message.code().value_or(alink_code::success);
  const auto code = static_cast<std::int32_t>(
      std::clamp<std::int64_t>(told, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
  const std::string_view data = request.message.data_text();
  things::RecordRing& answers = world.things.data(request.device, request.place).details().answers;
  if (!answers.add(name.substr(0, service_name_bytes_max), data, request.unix_ms, world.config.limits, code))
    world.limits.reached(LimitKind::records_per_device);
  if (id) world.calls.answer(request.device, kind, *id, code, data);
  return no_answer;
}

}  // namespace

Answer answer_property_set(ServiceWorld& world, const Request& request) {
  return take_answer(world, request, CallKind::property_set, "property/set");
}

Answer answer_service(ServiceWorld& world, const Request& request) {
  const std::string_view name = request.tail.substr(before_service.size());
  if (!name.ends_with(reply_mark)) return no_answer;
  return take_answer(world, request, CallKind::service, name.substr(0, name.size() - reply_mark.size()));
}

Answer answer_rrpc(ServiceWorld& world, const Request& request) {
  if (const auto id = call_id_in(request.tail.substr(before_rrpc_id.size())))
    world.calls.answer(request.device, CallKind::rrpc, *id, alink_code::success, text_of(request.payload));
  return no_answer;
}

/// `{id}/{topic}`: the device answers on the very topic on which it was asked.
Answer answer_rrpc_on_topic(ServiceWorld& world, const Request& request) {
  if (const auto id = call_id_in(request.tail.substr(0, request.tail.find('/'))))
    world.calls.answer(request.device, CallKind::rrpc_on_topic, *id, alink_code::success, text_of(request.payload));
  return no_answer;
}

}  // namespace fleetsim::platform::mqtt
