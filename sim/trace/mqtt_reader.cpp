#include "sim/trace/mqtt_reader.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "sim/trace/mqtt_body.hpp"
#include "sim/trace/plain_text.hpp"
#include "sim/trace/trace_limits.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::array<std::string_view, 16> type_names = {
    "type 0",    "CONNECT", "CONNACK",     "PUBLISH",  "PUBACK",  "PUBREC",   "PUBREL",     "PUBCOMP",
    "SUBSCRIBE", "SUBACK",  "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "type 15",
};

// What either side may send, one bit a type.
constexpr unsigned both_send = 0xf8;       // PUBLISH to PUBCOMP
constexpr unsigned client_sends = 0x5502;  // CONNECT, SUBSCRIBE, UNSUBSCRIBE, PINGREQ, DISCONNECT
constexpr unsigned server_sends = 0x2a04;  // CONNACK, SUBACK, UNSUBACK, PINGRESP

bool may_send(Direction direction, MqttType type) {
  const unsigned senders = both_send | (direction == Direction::up ? client_sends : server_sends);
  return ((senders >> static_cast<unsigned>(type)) & 1U) != 0;
}

/// §2.2.2, and §3.3.1 for PUBLISH; nothing: they are right.
std::string_view problem_of_flags(MqttType type, std::uint8_t flags) {
  if (type == MqttType::publish) {
    if ((flags & 6U) == 6) return "PUBLISH with QoS 3";
    return (flags & 14U) == 8 ? "PUBLISH with QoS 0 and DUP" : "";
  }
  const bool has_bit = type == MqttType::pubrel || type == MqttType::subscribe || type == MqttType::unsubscribe;
  return flags == (has_bit ? 2U : 0U) ? "" : "reserved flags of the first byte";
}

struct FixedHeader {
  std::size_t bytes = 0;  // 0: more has to come
  std::size_t packet_bytes = 0;
  bool length_readable = true;
};

FixedHeader fixed_header(ByteView rest) {
  FixedHeader header;
  std::size_t remaining = 0;
  for (std::size_t i = 1; i <= 4; ++i) {
    if (i >= rest.size()) return header;
    remaining += std::size_t{rest[i] & 0x7fU} << (7 * (i - 1));
    if (rest[i] < 0x80) return {i + 1, i + 1 + remaining, true};
  }
  header.length_readable = false;
  return header;
}

/// Bytes that are no whole, right packet may hide a secret anywhere: of what a device sends nothing is shown that could be a CONNECT's
/// fields or follow unread ones; of what the platform sends, the values that carry secrets are taken out.
void show_bytes(DecodedMessage& message, ByteView bytes, Direction direction, MqttType type) {
  constexpr std::size_t connect_head_bytes = 12;  // fixed header, protocol, level, flags, keep-alive: before any field of the user's
  message.secrets.clear();
  const bool hides_all = direction == Direction::up && (type == MqttType::connect || message.reading == Reading::unread);
  if (hides_all) {
    const std::size_t head = message.reading == Reading::unread ? 0 : std::min(bytes.size(), connect_head_bytes);
    if (head < bytes.size()) message.secrets.push_back({head, bytes.size()});
  } else {
    message.secrets = find_secrets(text_of(bytes));
  }
  std::vector<std::uint8_t> shown(bytes.begin(), bytes.end());
  overwrite_secrets(shown, message.secrets);
  message.fields.clear();
  message.add("bytes", static_cast<std::int64_t>(bytes.size()));
  message.add("hex", hex_bytes(shown, trace_limits::hex_bytes_shown));
  message.summary = message.problem + ": " + hex_bytes(shown, trace_limits::hex_bytes_shown);
}

DecodedMessage read_packet(ByteView packet, std::size_t header_bytes, Direction direction) {
  DecodedMessage message;
  const auto type = static_cast<MqttType>(packet[0] >> 4);
  const auto flags = static_cast<std::uint8_t>(packet[0] & 15U);
  message.name = type_names[packet[0] >> 4];
  MqttBody body(packet, header_bytes, message);
  body.must(type != MqttType::reserved_0 && type != MqttType::reserved_15, "a packet type that is reserved");
  body.must(may_send(direction, type), direction == Direction::up ? "only a server may send it" : "only a client may send it");
  const std::string_view wrong_flags = problem_of_flags(type, flags);
  body.must(wrong_flags.empty(), wrong_flags);
  if (body.fine()) read_mqtt_body(type, flags, body);
  if (!body.fine()) {
    message.reading = Reading::malformed;
    show_bytes(message, packet, direction, type);
  }
  return message;
}

/// All that is left, which is no packet.
DecodedMessage left_over(ByteView rest, Direction direction, bool length_readable) {
  DecodedMessage message;
  const auto type = static_cast<MqttType>(rest[0] >> 4);
  message.name = length_readable ? std::string(type_names[rest[0] >> 4]) : "bytes";
  message.reading = length_readable ? Reading::incomplete : Reading::unread;
  message.problem =
      length_readable ? "the stream ended inside it" : "a remaining length of more than four bytes, so nothing behind it is read";
  show_bytes(message, rest, direction, type);
  return message;
}

}  // namespace

std::vector<DecodedMessage> read_mqtt(ByteView stream, Direction direction) {
  std::vector<DecodedMessage> messages;
  for (std::size_t at = 0; at < stream.size();) {
    const ByteView rest = stream.subspan(at);
    const FixedHeader header = fixed_header(rest);
    const bool whole = header.bytes > 0 && header.packet_bytes <= rest.size();
    DecodedMessage message =
        whole ? read_packet(rest.first(header.packet_bytes), header.bytes, direction) : left_over(rest, direction, header.length_readable);
    message.place = {at, whole ? at + header.packet_bytes : stream.size()};
    for (ByteRange& secret : message.secrets) secret = {secret.begin + at, secret.end + at};
    std::sort(message.secrets.begin(), message.secrets.end(), [](const ByteRange& a, const ByteRange& b) { return a.begin < b.begin; });
    at = message.place.end;
    messages.push_back(std::move(message));
  }
  return messages;
}

}  // namespace fleetsim::sim
