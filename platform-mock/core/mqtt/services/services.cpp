#include "platform-mock/core/mqtt/services/services.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "platform-mock/core/mqtt/topic_filter.hpp"
#include "platform-mock/core/mqtt/topic_rules.hpp"

namespace fleetsim::platform::mqtt {

// One file a service, or a few that belong together. The order is that of the table.
Answer post_properties(ServiceWorld& world, const Request& request);
Answer post_history(ServiceWorld& world, const Request& request);
Answer post_batch(ServiceWorld& world, const Request& request);
Answer post_event(ServiceWorld& world, const Request& request);
Answer answer_property_set(ServiceWorld& world, const Request& request);
Answer answer_service(ServiceWorld& world, const Request& request);
Answer answer_rrpc(ServiceWorld& world, const Request& request);
Answer answer_rrpc_on_topic(ServiceWorld& world, const Request& request);
Answer get_desired(ServiceWorld& world, const Request& request);
Answer delete_desired(ServiceWorld& world, const Request& request);
Answer update_tags(ServiceWorld& world, const Request& request);
Answer delete_tags(ServiceWorld& world, const Request& request);
Answer get_tags(ServiceWorld& world, const Request& request);
Answer get_config(ServiceWorld& world, const Request& request);
Answer post_logs(ServiceWorld& world, const Request& request);
Answer get_log_config(ServiceWorld& world, const Request& request);
Answer get_tsl(ServiceWorld& world, const Request& request);
Answer add_topology(ServiceWorld& world, const Request& request);
Answer delete_topology(ServiceWorld& world, const Request& request);
Answer get_topology(ServiceWorld& world, const Request& request);
Answer report_found(ServiceWorld& world, const Request& request);
Answer register_sub_devices(ServiceWorld& world, const Request& request);
Answer log_in_one(ServiceWorld& world, const Request& request);
Answer log_in_many(ServiceWorld& world, const Request& request);
Answer log_out_one(ServiceWorld& world, const Request& request);
Answer log_out_many(ServiceWorld& world, const Request& request);
Answer get_firmware(ServiceWorld& world, const Request& request);
Answer inform_version(ServiceWorld& world, const Request& request);
Answer report_progress(ServiceWorld& world, const Request& request);
Answer change_shadow(ServiceWorld& world, const Request& request);
Answer tell_time(ServiceWorld& world, const Request& request);

namespace {

enum class Traffic : std::uint8_t {
  request,  // an Alink request: answered, also when it is malformed
  report,   // Alink as well, but nothing is answered
  gateway,  // a request about sub-devices, which only a device on its own connection makes
  raw,      // the service reads the payload itself
};

struct Row {
  std::string_view prefix;  // of the topic, before the device's names
  std::string_view filter;  // of what stands behind them
  Traffic traffic;
  JsonKind params;  // what params must be; absent: anything, also nothing
  Service serve;
};

// The most frequent one stands first, a literal level before a `+`.
constexpr std::array<Row, 34> table = {{
    {"/sys/", "thing/event/property/post", Traffic::request, JsonKind::object, post_properties},
    {"/sys/", "thing/event/property/history/post", Traffic::request, JsonKind::array, post_history},
    {"/sys/", "thing/event/property/batch/post", Traffic::request, JsonKind::object, post_batch},
    {"/sys/", "thing/event/property/pack/post", Traffic::request, JsonKind::object, post_batch},
    {"/sys/", "thing/event/+/post", Traffic::request, JsonKind::object, post_event},
    {"/sys/", "thing/service/property/set_reply", Traffic::report, JsonKind::absent, answer_property_set},
    {"/sys/", "thing/service/+", Traffic::report, JsonKind::absent, answer_service},
    {"/sys/", "rrpc/response/+", Traffic::raw, JsonKind::absent, answer_rrpc},
    {"/ext/rrpc/", "#", Traffic::raw, JsonKind::absent, answer_rrpc_on_topic},
    {"/sys/", "thing/property/desired/get", Traffic::request, JsonKind::array, get_desired},
    {"/sys/", "thing/property/desired/delete", Traffic::request, JsonKind::object, delete_desired},
    {"/sys/", "thing/deviceinfo/update", Traffic::request, JsonKind::array, update_tags},
    {"/sys/", "thing/deviceinfo/delete", Traffic::request, JsonKind::array, delete_tags},
    {"/sys/", "thing/deviceinfo/get", Traffic::request, JsonKind::absent, get_tags},
    {"/sys/", "thing/config/get", Traffic::request, JsonKind::object, get_config},
    {"/sys/", "thing/log/post", Traffic::request, JsonKind::array, post_logs},
    {"/sys/", "thing/config/log/get", Traffic::request, JsonKind::object, get_log_config},
    {"/sys/", "thing/dsltemplate/get", Traffic::request, JsonKind::absent, get_tsl},
    {"/sys/", "thing/dynamicTsl/get", Traffic::request, JsonKind::absent, get_tsl},
    {"/sys/", "thing/topo/add", Traffic::gateway, JsonKind::array, add_topology},
    {"/sys/", "thing/topo/delete", Traffic::gateway, JsonKind::array, delete_topology},
    {"/sys/", "thing/topo/get", Traffic::gateway, JsonKind::absent, get_topology},
    {"/sys/", "thing/list/found", Traffic::gateway, JsonKind::array, report_found},
    {"/sys/", "thing/sub/register", Traffic::gateway, JsonKind::array, register_sub_devices},
    {"/ext/session/", "combine/login", Traffic::gateway, JsonKind::object, log_in_one},
    {"/ext/session/", "combine/batch_login", Traffic::gateway, JsonKind::object, log_in_many},
    {"/ext/session/", "combine/logout", Traffic::gateway, JsonKind::object, log_out_one},
    {"/ext/session/", "combine/batch_logout", Traffic::gateway, JsonKind::array, log_out_many},
    {"/sys/", "thing/ota/firmware/get", Traffic::request, JsonKind::absent, get_firmware},
    {"/ota/device/inform/", "", Traffic::report, JsonKind::object, inform_version},
    {"/ota/device/progress/", "", Traffic::report, JsonKind::object, report_progress},
    {"/ota/device/request/", "", Traffic::request, JsonKind::absent, get_firmware},
    {"/shadow/update/", "", Traffic::raw, JsonKind::absent, change_shadow},
    {"/ext/ntp/", "request", Traffic::report, JsonKind::absent, tell_time},
}};

const Row* find_row(const CutTopic& topic) {
  const auto at = std::find_if(table.begin(), table.end(),
                               [&topic](const Row& row) { return row.prefix == topic.prefix && matches(row.filter, topic.tail); });
  return at == table.end() ? nullptr : &*at;
}

Answer serve_row(const Row& row, ServiceWorld& world, const Request& request, bool parsed) {
  if (!parsed) return refusal(alink_code::not_json, "the payload is not a JSON object");
  if (row.params != JsonKind::absent && request.message.params() != row.params)
    return refusal(alink_code::bad_params, "params is missing or of the wrong type");
  if (row.traffic == Traffic::gateway && request.sender != request.device)
    return refusal(alink_code::bad_params, "a device behind a gateway is no gateway");
  return row.serve(world, request);
}

}  // namespace

bool Services::serve(const Incoming& incoming, const Turn& turn, std::int64_t unix_ms) {
  const auto topic = cut_at_names(incoming.topic);
  const Row* row = topic ? find_row(*topic) : nullptr;
  if (row == nullptr) return false;
  const Request request{.device = incoming.device,
                        .sender = incoming.sender,
                        .sender_at = incoming.sender_at,
                        .names = incoming.names,
                        .place = incoming.place,
                        .topic = incoming.topic,
                        .tail = topic->tail,
                        .payload = incoming.payload,
                        .message = message_,
                        .turn = turn,
                        .unix_ms = unix_ms};
  if (row->traffic == Traffic::raw) {
    row->serve(world_, request);
    return true;
  }
  const Answer answer = serve_row(*row, world_, request, message_.parse(incoming.payload));
  if (answer.limit) world_.limits.reached(*answer.limit);
  if (row->traffic != Traffic::report && !answer.silent && message_.wants_reply()) reply(request, answer);
  return true;
}

void Services::refuse(const Incoming& incoming, const Answer& answer, const Turn& turn) {
  const auto topic = cut_at_names(incoming.topic);
  if (!topic || !message_.parse(incoming.payload)) return;
  const Request request{.device = incoming.device,
                        .sender = incoming.sender,
                        .sender_at = incoming.sender_at,
                        .names = incoming.names,
                        .place = incoming.place,
                        .topic = incoming.topic,
                        .tail = topic->tail,
                        .payload = incoming.payload,
                        .message = message_,
                        .turn = turn,
                        .unix_ms = 0};
  reply(request, answer);
}

std::optional<std::int32_t> Services::reply_code(ByteView payload) {
  if (!message_.parse(payload)) return std::nullopt;
  const auto code = message_.code();
  if (!code || *code < std::numeric_limits<std::int32_t>::min() || *code > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
  return static_cast<std::int32_t>(*code);
}

/// Compact, as the platform writes it: firmware searches these texts without a JSON parser.
void Services::reply(const Request& request, const Answer& answer) {
  std::string& text = world_.payload;
  text.assign("{\"code\":");
  append_number(text, answer.code);
  text.append(",\"data\":").append(answer.data);
  text.append(",\"id\":").append(message_.id());
  text.append(",\"message\":\"").append(answer.message);
  // The method is the topic with dots. A topic is any text, so it is escaped first; none of what that adds is a slash.
  text.append("\",\"method\":");
  const std::size_t method_at = text.size();
  append_json_string(text, request.tail);
  std::replace(text.begin() + static_cast<std::ptrdiff_t>(method_at), text.end(), '/', '.');
  text.append(",\"version\":\"1.0\"}");
  world_.topic.assign(request.topic).append("_reply");
  // Through the sender: a refused sub-device has no line of its own.
  world_.lines.reply(request, world_.topic, text);
}

}  // namespace fleetsim::platform::mqtt
