#include "devicecore/mqtt_codec.hpp"
#include "devicecore/mqtt_text.hpp"

namespace fleetsim::device::mqtt {
namespace {

constexpr std::uint8_t granted_max = 2;
constexpr std::uint8_t subscription_refused = 0x80;
constexpr std::uint8_t connack_code_max = 5;
constexpr std::uint8_t connack_bytes = 2;
constexpr std::uint8_t acknowledgement_bytes = 2;
constexpr std::uint8_t suback_bytes_min = 3;
constexpr std::uint8_t publish_bytes_min = 3;

using Decoded = Result<ServerPacket, DecodeError>;

std::uint16_t word_at(ByteView bytes, std::size_t at) { return static_cast<std::uint16_t>((unsigned{bytes[at]} << 8) | bytes[at + 1]); }

struct Judged {
  bool fine = true;
  DecodeError error{};
};

Judged judge_publish_flags(std::uint8_t flags) {
  const unsigned qos = (flags >> 1) & 0x03U;
  if (qos == 3) return {false, DecodeError::qos_3};
  if (qos == 0 && (flags & 0x08U) != 0) return {false, DecodeError::dup_at_qos_0};
  return {};
}

/// May a server send this first byte?
Judged judge_first_byte(PacketType type, std::uint8_t flags) {
  switch (type) {
    case PacketType::publish:
      return judge_publish_flags(flags);
    case PacketType::connack:
    case PacketType::puback:
    case PacketType::suback:
    case PacketType::unsuback:
    case PacketType::pingresp:
      return {flags == 0, DecodeError::reserved_flags};
    case PacketType::pubrec:
    case PacketType::pubrel:
    case PacketType::pubcomp:
      return {false, DecodeError::not_used};
    case PacketType::connect:
    case PacketType::subscribe:
    case PacketType::unsubscribe:
    case PacketType::pingreq:
    case PacketType::disconnect:
      return {false, DecodeError::not_for_clients};
  }
  return {false, DecodeError::reserved_type};
}

bool length_suits(PacketType type, std::uint32_t remaining) {
  switch (type) {
    case PacketType::connack:
      return remaining == connack_bytes;
    case PacketType::puback:
    case PacketType::unsuback:
      return remaining == acknowledgement_bytes;
    case PacketType::pingresp:
      return remaining == 0;
    case PacketType::suback:
      return remaining >= suback_bytes_min;
    case PacketType::publish:
      return remaining >= publish_bytes_min;
    case PacketType::connect:
    case PacketType::pubrec:
    case PacketType::pubrel:
    case PacketType::pubcomp:
    case PacketType::subscribe:
    case PacketType::unsubscribe:
    case PacketType::pingreq:
    case PacketType::disconnect:
      return false;
  }
  return false;
}

Decoded decode_connack(ServerPacket packet, ByteView body) {
  if ((body[0] & 0xFEU) != 0) return fail(DecodeError::reserved_acknowledge_flags);
  packet.session_present = body[0] != 0;
  packet.return_code = body[1];
  if (packet.return_code > connack_code_max) return fail(DecodeError::return_code);
  if (packet.return_code != 0 && packet.session_present) return fail(DecodeError::session_of_refused);
  return packet;
}

Decoded decode_acknowledgement(ServerPacket packet, ByteView body) {
  packet.id = word_at(body, 0);
  if (packet.id == 0) return fail(DecodeError::packet_id_zero);
  return packet;
}

Decoded decode_suback(ServerPacket packet, ByteView body) {
  packet.id = word_at(body, 0);
  if (packet.id == 0) return fail(DecodeError::packet_id_zero);
  packet.payload = body.subspan(2);
  for (const std::uint8_t code : packet.payload)
    if (code > granted_max && code != subscription_refused) return fail(DecodeError::return_code);
  return packet;
}

Decoded decode_publish(ServerPacket packet, std::uint8_t flags, ByteView body) {
  packet.qos = (flags >> 1) & 0x03U;
  packet.duplicate = (flags & 0x08U) != 0;
  packet.retain = (flags & 0x01U) != 0;
  const std::size_t topic_bytes = word_at(body, 0);
  const std::size_t id_bytes = packet.qos == 0 ? 0 : 2;
  if (body.size() - 2 < topic_bytes + id_bytes) return fail(DecodeError::body_too_short);
  packet.topic = text_of(body.subspan(2, topic_bytes));
  if (!is_topic_name(packet.topic)) return fail(DecodeError::topic);
  if (id_bytes != 0) {
    packet.id = word_at(body, 2 + topic_bytes);
    if (packet.id == 0) return fail(DecodeError::packet_id_zero);
  }
  packet.payload = body.subspan(2 + topic_bytes + id_bytes);
  return packet;
}

}  // namespace

Result<FixedHeader, DecodeError> decode_fixed_header(ByteView bytes) {
  FixedHeader header;
  if (bytes.empty()) return header;
  header.type = static_cast<PacketType>(bytes[0] >> 4);
  header.flags = bytes[0] & 0x0FU;
  if (const Judged judged = judge_first_byte(header.type, header.flags); !judged.fine) return fail(judged.error);
  unsigned shift = 0;
  for (std::size_t i = 1; i < bytes.size() && i < fixed_header_bytes_max; ++i) {
    header.remaining |= (bytes[i] & 0x7FU) << shift;
    shift += 7;
    if ((bytes[i] & 0x80U) == 0) {
      if (!length_suits(header.type, header.remaining)) return fail(DecodeError::remaining_length);
      header.header_bytes = static_cast<std::uint8_t>(i + 1);
      return header;
    }
  }
  if (bytes.size() >= fixed_header_bytes_max) return fail(DecodeError::remaining_length);
  return header;
}

Decoded decode(ByteView packet) {
  const Result<FixedHeader, DecodeError> header = decode_fixed_header(packet);
  if (!header) return fail(header.error());
  if (!header->complete() || header->packet_bytes() != packet.size()) return fail(DecodeError::remaining_length);
  const ByteView body = packet.subspan(header->header_bytes);
  ServerPacket decoded;
  decoded.type = header->type;
  switch (header->type) {
    case PacketType::connack:
      return decode_connack(decoded, body);
    case PacketType::publish:
      return decode_publish(decoded, header->flags, body);
    case PacketType::puback:
    case PacketType::unsuback:
      return decode_acknowledgement(decoded, body);
    case PacketType::suback:
      return decode_suback(decoded, body);
    case PacketType::pingresp:
      return decoded;
    case PacketType::connect:
    case PacketType::pubrec:
    case PacketType::pubrel:
    case PacketType::pubcomp:
    case PacketType::subscribe:
    case PacketType::unsubscribe:
    case PacketType::pingreq:
    case PacketType::disconnect:
      break;
  }
  return fail(DecodeError::reserved_type);
}

std::string_view describe(DecodeError error) {
  switch (error) {
    case DecodeError::reserved_type:
      return "a packet type that MQTT 3.1.1 reserves";
    case DecodeError::not_for_clients:
      return "a packet that only a client may send";
    case DecodeError::not_used:
      return "a packet of the QoS 2 hand-shake, which was never begun";
    case DecodeError::reserved_flags:
      return "reserved flags that are not zero";
    case DecodeError::qos_3:
      return "PUBLISH with QoS 3";
    case DecodeError::dup_at_qos_0:
      return "PUBLISH with DUP at QoS 0";
    case DecodeError::remaining_length:
      return "a remaining length that is malformed or does not suit the packet type";
    case DecodeError::body_too_short:
      return "a field that reaches beyond its packet";
    case DecodeError::packet_id_zero:
      return "packet identifier 0";
    case DecodeError::reserved_acknowledge_flags:
      return "CONNACK with reserved acknowledge flags";
    case DecodeError::return_code:
      return "a return code that MQTT 3.1.1 reserves";
    case DecodeError::session_of_refused:
      return "a refusing CONNACK that claims a session";
    case DecodeError::topic:
      return "a topic that is empty, has a wildcard or NUL, or is not UTF-8";
  }
  return "unknown";
}

}  // namespace fleetsim::device::mqtt
