#include "sim/trace/mqtt_body.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>
#include <vector>

#include "sim/trace/plain_text.hpp"
#include "sim/trace/trace_limits.hpp"

namespace fleetsim::sim {

std::uint8_t MqttBody::byte() {
  must(rest_bytes() >= 1, "the packet is shorter than its fields");
  if (!fine()) return 0;
  return packet_[at_++];
}

std::uint16_t MqttBody::number() {
  must(rest_bytes() >= 2, "the packet is shorter than its fields");
  if (!fine()) return 0;
  const auto value = static_cast<std::uint16_t>(packet_[at_] * 256U + packet_[at_ + 1]);
  at_ += 2;
  return value;
}

ByteView MqttBody::binary() {
  const std::size_t size = number();
  must(rest_bytes() >= size, "the packet is shorter than its fields");
  if (!fine()) return {};
  const ByteView value = packet_.subspan(at_, size);
  at_ += size;
  return value;
}

/// §1.5.3: UTF-8 without U+0000.
std::string_view MqttBody::text() {
  const std::string_view value = text_of(binary());
  must(is_utf8(value) && value.find('\0') == std::string_view::npos, "a text is no UTF-8, or has U+0000 in it");
  return value;
}

ByteView MqttBody::rest() {
  const ByteView value = fine() ? packet_.subspan(at_) : ByteView{};
  at_ = packet_.size();
  return value;
}

void MqttBody::must(bool holds, std::string_view problem) {
  if (!holds && fine()) message_.problem = problem;
}

std::string MqttBody::without_secrets_of(std::string_view part) {
  const std::vector<ByteRange> found = find_secrets(part);
  if (!found.empty()) {
    const std::size_t start = offset_of(bytes_of(part).data());
    for (const ByteRange& secret : found) message_.secrets.push_back({start + secret.begin, start + secret.end});
  }
  return without_secrets(part, found);
}

void MqttBody::hide(ByteView part) {
  if (part.empty()) return;
  const std::size_t start = offset_of(part.data());
  message_.secrets.push_back({start, start + part.size()});
}

namespace {

constexpr std::string_view no_wildcards = "a topic is empty or has wildcards in it";

bool is_topic(std::string_view text) { return !text.empty() && text.find_first_of("+#") == std::string_view::npos; }

std::uint16_t read_packet_id(MqttBody& body) {
  const std::uint16_t id = body.number();
  body.must(id != 0, "packet id 0");
  if (body.fine()) body.message().add("packet_id", std::int64_t{id});
  return id;
}

/// `shown`: as far as one likes, secrets taken out.
void add_payload(MqttBody& body, std::string_view name, ByteView payload) {
  const std::string shown = body.without_secrets_of(text_of(payload));
  body.message().add(name, plain_text(shown, trace_limits::text_bytes_in_json));
  body.message().add(std::string(name) + "_bytes", static_cast<std::int64_t>(payload.size()));
}

// CONNECT, §3.1 ---------------------------------------------------------------------------------------------------------------------
constexpr unsigned flag_reserved = 0x01;
constexpr unsigned flag_clean_session = 0x02;
constexpr unsigned flag_will = 0x04;
constexpr unsigned flag_will_retain = 0x20;
constexpr unsigned flag_password = 0x40;
constexpr unsigned flag_user_name = 0x80;

void check_connect_flags(MqttBody& body, unsigned flags) {
  const unsigned will_qos = (flags >> 3) & 3U;
  const bool will = (flags & flag_will) != 0;
  body.must((flags & flag_reserved) == 0, "the reserved flag of CONNECT is set");
  body.must(will_qos != 3, "a will with QoS 3");
  body.must(will || (will_qos == 0 && (flags & flag_will_retain) == 0), "QoS or retain of a will that is not there");
  body.must((flags & flag_password) == 0 || (flags & flag_user_name) != 0, "a password without a user name");
}

void read_will(MqttBody& body, unsigned flags) {
  const std::string_view topic = body.text();
  const ByteView payload = body.binary();
  body.must(is_topic(topic), no_wildcards);
  if (!body.fine()) return;
  body.message().add("will_topic", std::string(topic));
  body.message().add("will_qos", static_cast<std::int64_t>((flags >> 3) & 3U));
  body.message().add("will_retain", (flags & flag_will_retain) != 0);
  add_payload(body, "will_payload", payload);
}

void read_connect(MqttBody& body) {
  DecodedMessage& message = body.message();
  const std::string_view protocol = body.text();
  const std::uint8_t level = body.byte();
  body.must(protocol == "MQTT" || protocol == "MQIsdp", "the protocol's name is neither MQTT nor MQIsdp");
  if (!body.fine()) return;
  message.add("protocol", std::string(protocol));
  message.add("protocol_level", std::int64_t{level});
  if ((protocol == "MQTT") != (level == 4) || (protocol == "MQIsdp") != (level == 3)) {
    body.hide(body.rest());  // another version has its password elsewhere
    message.summary = fmt::format("protocol {} level {}, which is not read", protocol, level);
    return;
  }
  const unsigned flags = body.byte();
  const std::uint16_t keep_alive_s = body.number();
  check_connect_flags(body, flags);
  const std::string_view client_id = body.text();
  if ((flags & flag_will) != 0) read_will(body, flags);
  const std::string_view user_name = (flags & flag_user_name) != 0 ? body.text() : std::string_view{};
  const ByteView password = (flags & flag_password) != 0 ? body.binary() : ByteView{};
  body.must(body.rest_bytes() == 0, "bytes behind the packet's last field");
  if (!body.fine()) return;
  const std::string shown_id = body.without_secrets_of(client_id);
  body.hide(password);
  message.add("client_id", shown_id);
  if ((flags & flag_user_name) != 0) message.add("username", std::string(user_name));
  if ((flags & flag_password) != 0) message.add("password_bytes", static_cast<std::int64_t>(password.size()));
  message.add("clean_session", (flags & flag_clean_session) != 0);
  message.add("keep_alive_s", std::int64_t{keep_alive_s});
  message.summary = fmt::format("client {}", plain_text(shown_id, trace_limits::text_bytes_in_json));
  if ((flags & flag_user_name) != 0) message.summary += fmt::format(" user {}", plain_text(user_name, trace_limits::text_bytes_in_json));
  if ((flags & flag_password) != 0) message.summary.append(" password (").append(std::to_string(password.size())).append(" bytes)");
  message.summary += fmt::format(" clean {} keep-alive {}s", (flags & flag_clean_session) != 0 ? 1 : 0, keep_alive_s);
  if ((flags & flag_will) != 0) message.summary += " will";
}

// CONNACK, §3.2 ---------------------------------------------------------------------------------------------------------------------
constexpr std::string_view connack_words[] = {
    "accepted", "unacceptable protocol version", "identifier rejected", "server unavailable", "bad user name or password", "not authorised",
};

void read_connack(MqttBody& body) {
  const std::uint8_t flags = body.byte();
  const std::uint8_t code = body.byte();
  body.must(body.rest_bytes() == 0, "bytes behind the packet's last field");
  body.must(flags <= 1, "reserved flags of CONNACK are set");
  body.must(code < std::size(connack_words), "a return code that is reserved");
  body.must(code == 0 || flags == 0, "a refusal that tells of a session");
  if (!body.fine()) return;
  DecodedMessage& message = body.message();
  message.add("return_code", std::int64_t{code});
  message.add("meaning", std::string(connack_words[code]));
  message.add("session_present", flags == 1);
  message.summary = fmt::format("{} {}{}", code, connack_words[code], flags == 1 ? ", session present" : "");
}

// The rest --------------------------------------------------------------------------------------------------------------------------
void read_publish(std::uint8_t flags, MqttBody& body) {
  const unsigned qos = (flags >> 1) & 3U;
  const bool duplicate = (flags & 8U) != 0;
  const bool retain = (flags & 1U) != 0;
  DecodedMessage& message = body.message();
  const std::string_view topic = body.text();
  body.must(is_topic(topic), no_wildcards);
  if (!body.fine()) return;
  message.add("topic", std::string(topic));
  message.add("qos", static_cast<std::int64_t>(qos));
  message.add("dup", duplicate);
  message.add("retain", retain);
  const std::uint16_t id = qos > 0 ? read_packet_id(body) : std::uint16_t{0};
  if (!body.fine()) return;
  add_payload(body, "payload", body.rest());
  message.summary = fmt::format("{} qos {}", plain_text(topic, trace_limits::text_bytes_in_json), qos);
  if (qos > 0) message.summary += fmt::format(" id {}", id);
  if (duplicate) message.summary += " dup";
  if (retain) message.summary += " retain";
  for (const MessageField& field : message.fields)
    if (field.name == "payload") message.summary += "  " + std::get<std::string>(field.value);
}

void read_acknowledgement(MqttBody& body) {
  const std::uint16_t id = read_packet_id(body);
  body.must(body.rest_bytes() == 0, "bytes behind the packet's last field");
  if (body.fine()) body.message().summary = fmt::format("id {}", id);
}

void read_filters(MqttType type, MqttBody& body) {
  const std::uint16_t id = read_packet_id(body);
  std::vector<std::string> filters;
  std::string summary = fmt::format("id {}", id);
  while (body.fine() && body.rest_bytes() > 0) {
    const std::string_view filter = body.text();
    body.must(!filter.empty(), "an empty topic filter");
    const std::uint8_t qos = type == MqttType::subscribe ? body.byte() : std::uint8_t{0};
    body.must(qos <= 2, "QoS 3 or reserved bits beside a topic filter");
    std::string shown = plain_text(filter, trace_limits::text_bytes_in_json);
    if (type == MqttType::subscribe) shown += fmt::format(" qos {}", qos);
    summary.append("  ").append(shown);
    filters.push_back(std::move(shown));
  }
  body.must(!filters.empty(), "no topic filter");
  if (!body.fine()) return;
  body.message().add("filters", std::move(filters));
  body.message().summary = std::move(summary);
}

void read_suback(MqttBody& body) {
  const std::uint16_t id = read_packet_id(body);
  std::vector<std::string> grants;
  std::string summary = fmt::format("id {} ", id);
  for (const std::uint8_t code : body.rest()) {
    body.must(code <= 2 || code == 0x80, "a return code that is reserved");
    grants.push_back(code == 0x80 ? "refused" : fmt::format("qos {}", code));
    summary.append(" ").append(grants.back());
  }
  body.must(!grants.empty(), "no return code");
  if (!body.fine()) return;
  body.message().add("granted", std::move(grants));
  body.message().summary = std::move(summary);
}

}  // namespace

void read_mqtt_body(MqttType type, std::uint8_t flags, MqttBody& body) {
  switch (type) {
    case MqttType::connect:
      return read_connect(body);
    case MqttType::connack:
      return read_connack(body);
    case MqttType::publish:
      return read_publish(flags, body);
    case MqttType::puback:
    case MqttType::pubrec:
    case MqttType::pubrel:
    case MqttType::pubcomp:
    case MqttType::unsuback:
      return read_acknowledgement(body);
    case MqttType::subscribe:
    case MqttType::unsubscribe:
      return read_filters(type, body);
    case MqttType::suback:
      return read_suback(body);
    case MqttType::pingreq:
    case MqttType::pingresp:
    case MqttType::disconnect:
      return body.must(body.rest_bytes() == 0, "a body that this packet does not have");
    case MqttType::reserved_0:
    case MqttType::reserved_15:
      return body.must(false, "a packet type that is reserved");
  }
}

}  // namespace fleetsim::sim
