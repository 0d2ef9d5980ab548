#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim::wire_words {
namespace {

constexpr std::uint8_t flag_clean_session = 0x02;
constexpr std::uint8_t flag_will = 0x04;
constexpr std::uint8_t flags_user_and_password = 0xc0;

void put_number(Bytes& bytes, std::size_t value) {
  bytes.push_back(static_cast<std::uint8_t>(value >> 8));
  bytes.push_back(static_cast<std::uint8_t>(value & 0xff));
}

void put_words(Bytes& bytes, std::string_view text) {
  put_number(bytes, text.size());
  bytes.insert(bytes.end(), text.begin(), text.end());
}

}  // namespace

std::optional<std::uint16_t> puback_id(const Wire& wire, ByteView message) {
  const auto packet = said<platform::mqtt::PubAck>(wire, message);
  return packet ? std::optional{packet->packet_id} : std::nullopt;
}

std::optional<device::mqtt::ServerPacket> heard(const Wire& wire, ByteView message, device::mqtt::PacketType type) {
  if (!is_mqtt(wire)) return std::nullopt;
  const auto packet = device::mqtt::decode(message);
  return packet.ok() && packet->type == type ? std::optional{*packet} : std::nullopt;
}

bool is_accepted(const Wire& wire, ByteView message) {
  const auto connack = heard(wire, message, device::mqtt::PacketType::connack);
  return connack && connack->return_code == 0;
}

ConnectParts parts_of(const Connect& connect) {
  return {.client_id = std::string(connect.client_id),
          .will_topic = {},
          .user_name = std::string(connect.username),
          .password = std::string(text_of(connect.password)),
          .keep_alive_s = connect.keep_alive_s,
          .clean_session = connect.clean_session};
}

Bytes connect_of(const ConnectParts& parts) {
  Bytes body;
  put_words(body, parts.protocol_name);
  body.push_back(parts.level);
  unsigned flags = unsigned{flags_user_and_password} | parts.extra_flags;
  if (parts.clean_session) flags |= flag_clean_session;
  if (!parts.will_topic.empty()) flags |= flag_will;
  body.push_back(static_cast<std::uint8_t>(flags));
  put_number(body, parts.keep_alive_s);
  put_words(body, parts.client_id);
  if (!parts.will_topic.empty()) {
    put_words(body, parts.will_topic);
    put_words(body, "gone");
  }
  put_words(body, parts.user_name);
  put_words(body, parts.password);
  Bytes packet = {0x10};
  for (std::size_t rest = body.size();;) {
    const auto digit = static_cast<std::uint8_t>(rest & 0x7fU);
    rest >>= 7;
    packet.push_back(rest == 0 ? digit : static_cast<std::uint8_t>(digit | 0x80U));
    if (rest == 0) break;
  }
  packet.insert(packet.end(), body.begin(), body.end());
  return packet;
}

Bytes publish_of(std::string_view topic, std::string_view payload, std::uint16_t packet_id) {
  const device::MqttPublish publish{
      .topic = topic, .payload = bytes_of(payload), .qos = packet_id == 0 ? device::Qos::at_most_once : device::Qos::at_least_once};
  Bytes packet(device::mqtt::publish_bytes(publish));
  device::mqtt::encode_publish(publish, packet_id, packet);
  return packet;
}

Bytes puback_of(std::uint16_t packet_id) {
  Bytes packet(device::mqtt::puback_bytes);
  device::mqtt::encode_puback(packet_id, packet);
  return packet;
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string changed(text);
  if (const std::size_t at = changed.find(from); at != std::string::npos) changed.replace(at, from.size(), to);
  return changed;
}

std::string with_length_off_by(std::string_view request, int difference) {
  const std::size_t at = request.find("Content-Length: ");
  if (at == std::string_view::npos) return std::string(request);
  const std::string_view line = request.substr(at, request.find("\r\n", at) - at);
  const auto body = static_cast<std::int64_t>(request.size() - request.find("\r\n\r\n") - 4);
  return replaced(request, line, "Content-Length: " + std::to_string(body + difference));
}

std::string taken_for_success(std::string_view answer, char first_digit) {
  constexpr std::string_view version = "HTTP/1.1 ";
  if (!answer.starts_with(version) || !answer.substr(version.size()).starts_with(first_digit)) return std::string(answer);
  return replaced(answer, answer.substr(version.size(), 3), "200");
}

}  // namespace fleetsim::sim::wire_words
