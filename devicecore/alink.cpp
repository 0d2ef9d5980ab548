#include "devicecore/alink.hpp"

#include "devicecore/bootstrap_messages.hpp"
#include "devicecore/decimal.hpp"
#include "devicecore/json_reader.hpp"
#include "devicecore/limits.hpp"

namespace fleetsim::device {
namespace {

std::string_view suffix_of(AlinkTopic kind) {
  switch (kind) {
    case AlinkTopic::notify:
      return "/thing/bootstrap/notify";
    case AlinkTopic::notify_reply:
      return "/thing/bootstrap/notify_reply";
    case AlinkTopic::endpoint_push:
      return "/thing/bootstrap/config/push";
    case AlinkTopic::endpoint_push_reply:
      return "/thing/bootstrap/config/push_reply";
    case AlinkTopic::property_post:
      return "/thing/event/property/post";
    case AlinkTopic::property_post_reply:
      return "/thing/event/property/post_reply";
    case AlinkTopic::other:
      break;
  }
  return {};
}

bool skip(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
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
  if (!skip(topic, "/sys/") || !skip(topic, identity.product_key()) || !skip(topic, "/") || !skip(topic, identity.device_name()))
    return AlinkTopic::other;
  for (const AlinkTopic kind : {AlinkTopic::property_post_reply, AlinkTopic::notify, AlinkTopic::endpoint_push, AlinkTopic::notify_reply,
                                AlinkTopic::endpoint_push_reply, AlinkTopic::property_post})
    if (topic == suffix_of(kind)) return kind;
  return AlinkTopic::other;
}

void put_topic(TextWriter& text, const Identity& identity, AlinkTopic kind) {
  text.put("/sys/").put(identity.product_key()).put('/').put(identity.device_name()).put(suffix_of(kind));
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
  return AlinkReply{*id, *code};
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
