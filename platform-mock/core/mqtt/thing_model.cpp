#include "platform-mock/core/mqtt/thing_model.hpp"

#include <array>
#include <charconv>
#include <limits>

#include "platform-mock/core/mqtt/topic_filter.hpp"
#include "platform-mock/core/mqtt/topic_rules.hpp"

namespace fleetsim::platform::mqtt {
namespace {

// Codes of the platform's replies.
constexpr std::int32_t code_success = 200;
constexpr std::int32_t code_bad_params = 460;
constexpr std::int32_t code_too_many_properties = 6106;
constexpr std::int32_t code_not_json = 6207;

enum class CountLimit : std::uint8_t { none, properties };

/// A request that gets a reply on its own topic with `_reply` behind it.
struct Request {
  std::string_view filter;  // behind /sys/{productKey}/{deviceName}/
  JsonKind params;          // what params must be; absent: anything, also nothing
  std::string_view data;    // of a good reply
  CountLimit limit;
};

constexpr std::array<Request, 9> requests = {{
    {"thing/event/property/post", JsonKind::object, "{}", CountLimit::properties},
    {"thing/event/+/post", JsonKind::object, "{}", CountLimit::none},
    {"thing/event/property/batch/post", JsonKind::object, "{}", CountLimit::none},
    {"thing/event/property/pack/post", JsonKind::object, "{}", CountLimit::none},
    {"thing/event/property/history/post", JsonKind::array, "{}", CountLimit::none},
    {"thing/deviceinfo/update", JsonKind::array, "{}", CountLimit::none},
    {"thing/deviceinfo/delete", JsonKind::array, "{}", CountLimit::none},
    {"thing/property/desired/get", JsonKind::array, "{}", CountLimit::none},
    {"thing/property/desired/delete", JsonKind::object, "{}", CountLimit::none},
}};

const Request* find_request(std::string_view tail) {
  for (const Request& request : requests)
    if (matches(request.filter, tail)) return &request;
  return nullptr;
}

void append_number(std::string& out, std::int64_t value) {
  std::array<char, std::numeric_limits<std::int64_t>::digits10 + 3> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

}  // namespace

std::optional<ThingModel::Reply> ThingModel::answer(const DeviceNames& names, std::string_view topic, ByteView payload,
                                                    std::int64_t unix_ms) {
  if (const std::string_view tail = system_tail(names, topic); !tail.empty()) return answer_system(topic, tail, payload);
  if (topic.starts_with("/ext/ntp/") && topic.ends_with("/request")) return answer_ntp(topic, payload, unix_ms);
  return std::nullopt;
}

std::optional<std::int32_t> ThingModel::reply_code(ByteView payload) {
  if (!message_.parse(payload)) return std::nullopt;
  const auto code = message_.code();
  if (!code || *code < std::numeric_limits<std::int32_t>::min() || *code > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
  return static_cast<std::int32_t>(*code);
}

std::optional<ThingModel::Reply> ThingModel::answer_system(std::string_view topic, std::string_view tail, ByteView payload) {
  const Request* request = find_request(tail);
  if (request == nullptr) return std::nullopt;
  if (!message_.parse(payload)) {
    write_reply(code_not_json, "{}", "the payload is not a JSON object", tail);
  } else if (!message_.wants_reply()) {
    return std::nullopt;
  } else if (request->params != JsonKind::absent && message_.params() != request->params) {
    write_reply(code_bad_params, "{}", "params is missing or of the wrong type", tail);
  } else if (request->limit == CountLimit::properties && message_.params_count() > properties_per_post_max) {
    write_reply(code_too_many_properties, "{}", "more than 200 properties", tail);
  } else {
    write_reply(code_success, request->data, "success", tail);
  }
  topic_.assign(topic);
  topic_.append("_reply");
  return Reply{topic_, payload_};
}

/// Compact, as the platform writes it: firmware searches these texts without a JSON parser.
void ThingModel::write_reply(std::int32_t code, std::string_view data, std::string_view message, std::string_view tail) {
  payload_.assign("{\"code\":");
  append_number(payload_, code);
  payload_.append(",\"data\":").append(data);
  payload_.append(",\"id\":").append(message_.id());
  payload_.append(",\"message\":\"").append(message);
  // The method is the topic with dots. A topic is any text, so it is escaped first; none of what that adds is a slash.
  payload_.append("\",\"method\":");
  const std::size_t method_at = payload_.size();
  append_json_string(payload_, tail);
  for (std::size_t i = method_at; i < payload_.size(); ++i)
    if (payload_[i] == '/') payload_[i] = '.';
  payload_.append(",\"version\":\"1.0\"}");
}

std::optional<ThingModel::Reply> ThingModel::answer_ntp(std::string_view topic, ByteView payload, std::int64_t unix_ms) {
  if (!message_.parse(payload) || message_.device_send_time().empty()) return std::nullopt;
  payload_.assign("{\"deviceSendTime\":").append(message_.device_send_time());
  payload_.append(",\"serverRecvTime\":\"");
  append_number(payload_, unix_ms);
  payload_.append("\",\"serverSendTime\":\"");
  append_number(payload_, unix_ms);
  payload_.append("\"}");
  topic_.assign(topic.substr(0, topic.size() - std::string_view("request").size()));
  topic_.append("response");
  return Reply{topic_, payload_};
}

}  // namespace fleetsim::platform::mqtt
