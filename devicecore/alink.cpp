#include "devicecore/alink.hpp"

#include <array>

#include "devicecore/bootstrap_messages.hpp"
#include "devicecore/decimal.hpp"
#include "devicecore/json_reader.hpp"
#include "devicecore/limits.hpp"

namespace fleetsim::device {
namespace {

/// A topic is what stands before product key and device name, these two with a slash between them, and what stands behind.
struct TopicForm {
  AlinkTopic kind;
  std::string_view before;
  std::string_view behind;
};

constexpr std::array<TopicForm, 18> forms = {{
    TopicForm{AlinkTopic::property_post, "/sys/", "/thing/event/property/post"},
    TopicForm{AlinkTopic::property_post_reply, "/sys/", "/thing/event/property/post_reply"},
    TopicForm{AlinkTopic::property_set, "/sys/", "/thing/service/property/set"},
    TopicForm{AlinkTopic::property_set_reply, "/sys/", "/thing/service/property/set_reply"},
    TopicForm{AlinkTopic::notify, "/sys/", "/thing/bootstrap/notify"},
    TopicForm{AlinkTopic::notify_reply, "/sys/", "/thing/bootstrap/notify_reply"},
    TopicForm{AlinkTopic::endpoint_push, "/sys/", "/thing/bootstrap/config/push"},
    TopicForm{AlinkTopic::endpoint_push_reply, "/sys/", "/thing/bootstrap/config/push_reply"},
    TopicForm{AlinkTopic::config_push, "/sys/", "/thing/config/push"},
    TopicForm{AlinkTopic::config_push_reply, "/sys/", "/thing/config/push_reply"},
    TopicForm{AlinkTopic::version_inform, "/ota/device/inform/", ""},
    TopicForm{AlinkTopic::upgrade_offer, "/ota/device/upgrade/", ""},
    TopicForm{AlinkTopic::upgrade_progress, "/ota/device/progress/", ""},
    TopicForm{AlinkTopic::upgrade_query_reply, "/sys/", "/thing/ota/firmware/get_reply"},
    TopicForm{AlinkTopic::shadow_update, "/shadow/update/", ""},
    TopicForm{AlinkTopic::shadow_get, "/shadow/get/", ""},
    TopicForm{AlinkTopic::clock_request, "/ext/ntp/", "/request"},
    TopicForm{AlinkTopic::clock_response, "/ext/ntp/", "/response"},
}};

constexpr bool forms_stand_in_order() {
  for (std::size_t i = 0; i < forms.size(); ++i)
    if (static_cast<std::size_t>(forms[i].kind) != i) return false;
  return true;
}
static_assert(forms_stand_in_order() && forms.size() == static_cast<std::size_t>(AlinkTopic::reply));

bool skip(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Whether this device's name stands in `topic` behind `before`.
bool is_between(std::string_view topic, std::string_view before, const Identity& identity) {
  return skip(topic, before) && skip(topic, identity.product_key()) && skip(topic, "/") && skip(topic, identity.device_name()) &&
         (topic.empty() || topic.front() == '/');
}

bool is_usable_id(const JsonReader& json, JsonValue id) {
  const JsonKind kind = json.kind(id);
  if (kind != JsonKind::string && kind != JsonKind::primitive) return false;
  const std::size_t size = json.text(id).size();
  return size > 0 && size <= limits::alink_id_bytes_max;
}

/// A number, quoted or not.
std::optional<std::int32_t> read_number(const JsonReader& json, JsonValue value) {
  const JsonKind kind = json.kind(value);
  if (kind != JsonKind::string && kind != JsonKind::primitive) return std::nullopt;
  return parse_signed_decimal(json.text(value));
}

}  // namespace

AlinkTopic classify_topic(std::string_view topic, const Identity& identity) {
  const std::size_t name_size = identity.product_key().size() + 1 + identity.device_name().size();
  for (const TopicForm& form : forms) {
    if (topic.size() != form.before.size() + name_size + form.behind.size()) continue;
    if (!topic.starts_with(form.before) || !topic.ends_with(form.behind)) continue;
    return is_between(topic, form.before, identity) ? form.kind : AlinkTopic::other;
  }
  const bool is_ours = is_between(topic, "/sys/", identity) || is_between(topic, "/ext/session/", identity);
  return is_ours && topic.ends_with("_reply") ? AlinkTopic::reply : AlinkTopic::other;
}

void put_topic(TextWriter& text, const Identity& identity, AlinkTopic kind) {
  const TopicForm& form = forms[static_cast<std::size_t>(kind)];
  text.put(form.before).put(identity.product_key()).put('/').put(identity.device_name()).put(form.behind);
}

std::optional<Notify> parse_notify(ByteView payload) {
  JsonReader json;
  if (!json.parse(text_of(payload))) return std::nullopt;
  const JsonValue id = json.find(json.root(), "id");
  const JsonValue method = json.find(json.root(), "method");
  const auto command = read_number(json, json.find(json.find(json.root(), "params"), "cmd"));
  if (!is_usable_id(json, id) || json.text(method) != "thing.bootstrap.notify" || !command) return std::nullopt;
  return Notify{json.text(id), json.verbatim(id), *command};
}

std::optional<EndpointPush> parse_endpoint_push(ByteView payload) {
  JsonReader json;
  if (!json.parse(text_of(payload))) return std::nullopt;
  const JsonValue id = json.find(json.root(), "id");
  if (!is_usable_id(json, id)) return std::nullopt;
  EndpointPush push;
  push.id = json.text(id);
  push.verbatim_id = json.verbatim(id);
  push.failure = read_endpoint(json, json.find(json.find(json.find(json.root(), "params"), "endpoint"), "mqtt"), push.endpoint);
  return push;
}

std::string_view read_message_id(ByteView payload) {
  JsonReader json;
  if (!json.parse(text_of(payload))) return {};
  const JsonValue id = json.find(json.root(), "id");
  return is_usable_id(json, id) ? json.text(id) : std::string_view{};
}

std::optional<AlinkReply> parse_reply(ByteView payload) {
  JsonReader json;
  if (!json.parse(text_of(payload))) return std::nullopt;
  const auto id = parse_decimal(json.text(json.find(json.root(), "id")), 0xffffffffU);
  const auto code = read_number(json, json.find(json.root(), "code"));
  if (!id || !code) return std::nullopt;
  return AlinkReply{*id, *code, json.verbatim(json.find(json.root(), "data"))};
}

std::optional<AlinkOrder> parse_order(ByteView payload) {
  JsonReader json;
  if (!json.parse(text_of(payload))) return std::nullopt;
  const JsonValue id = json.find(json.root(), "id");
  const JsonValue params = json.find(json.root(), "params");
  if (!is_usable_id(json, id) || !params) return std::nullopt;
  return AlinkOrder{json.text(id), json.verbatim(id), json.verbatim(params)};
}

void put_filter(TextWriter& text, const Identity& identity, std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '{' && i + 1 < pattern.size() && pattern[i + 1] == '}') {
      text.put(identity.product_key()).put('/').put(identity.device_name());
      ++i;
    } else {
      text.put(pattern[i]);
    }
  }
}

void put_reply(TextWriter& text, std::string_view verbatim_id, std::uint32_t code) {
  text.put(R"({"id":)").put(verbatim_id).put(R"(,"code":)").put_number(code).put(R"(,"data":{}})");
}

void put_property_post(TextWriter& text, std::uint32_t id, std::string_view params_json) {
  text.put(R"({"id":")").put_number(id).put(R"(","version":"1.0","params":)").put(params_json);
  text.put(R"(,"method":"thing.event.property.post"})");
}

}  // namespace fleetsim::device
