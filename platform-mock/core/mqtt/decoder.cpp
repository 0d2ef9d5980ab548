#include "platform-mock/core/mqtt/decoder.hpp"

namespace fleetsim::platform::mqtt {
namespace {

// Packet types of MQTT 3.1.1 §2.2.1, as the high four bits of the first byte.
enum class Type : std::uint8_t {
  connect = 1,
  publish = 3,
  puback = 4,
  pubrel = 6,
  subscribe = 8,
  unsubscribe = 10,
  pingreq = 12,
  disconnect = 14,
};

Decoded malformed(std::string_view reason) { return {.status = DecodeStatus::malformed, .size = 0, .packet = {}, .reason = reason}; }

Decoded decoded(std::size_t size, const Packet& packet) {
  return {.status = DecodeStatus::packet, .size = size, .packet = packet, .reason = {}};
}

/// Takes fields off the front of a packet's body. After a failure ok() is false and everything read is empty.
class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}

  std::uint8_t byte() {
    if (rest_.empty()) return static_cast<std::uint8_t>(short_of());
    const std::uint8_t value = rest_[0];
    rest_ = rest_.subspan(1);
    return value;
  }
  std::uint16_t number() {
    if (rest_.size() < 2) return short_of();
    const auto value = static_cast<std::uint16_t>((rest_[0] << 8) | rest_[1]);
    rest_ = rest_.subspan(2);
    return value;
  }
  ByteView binary() {
    const std::size_t length = number();
    if (rest_.size() < length) {
      short_of();
      return {};
    }
    const ByteView value = rest_.first(length);
    rest_ = rest_.subspan(length);
    return value;
  }
  std::string_view text() {
    const std::string_view value = text_of(binary());
    if (!is_mqtt_text(value)) text_ok_ = false;
    return value;
  }

  ByteView rest() const { return rest_; }
  bool ok() const { return length_ok_ && text_ok_; }
  std::string_view reason() const { return length_ok_ ? "text is not well-formed UTF-8" : "packet is shorter than its fields"; }

 private:
  std::uint16_t short_of() {
    length_ok_ = false;
    rest_ = {};
    return 0;
  }

  ByteView rest_;
  bool length_ok_ = true;
  bool text_ok_ = true;
};

/// §2.2.2: the low four bits are fixed, but for PUBLISH where they are DUP, QoS and RETAIN. Empty when all is well.
std::string_view check_first_byte(std::uint8_t first) {
  const auto flags = static_cast<std::uint8_t>(first & 0x0fU);
  switch (static_cast<Type>(first >> 4)) {
    case Type::publish:
      if ((flags & 0x06U) == 0x06U) return "PUBLISH with QoS 3";
      if ((flags & 0x0eU) == 0x08U) return "PUBLISH with QoS 0 and DUP";
      return {};
    case Type::pubrel:
    case Type::subscribe:
    case Type::unsubscribe:
      return flags == 0x02 ? std::string_view{} : "reserved header bits are not 0010";
    case Type::connect:
    case Type::puback:
    case Type::pingreq:
    case Type::disconnect:
      return flags == 0 ? std::string_view{} : "reserved header bits are not 0000";
  }
  return "packet type that a client must not send";
}

/// Reads the will, user name and password that the flags announce.
std::string_view read_connect_payload(Reader& reader, std::uint8_t flags, Connect& packet) {
  const auto has = [flags](unsigned bit) { return (flags & bit) != 0; };
  if (has(0x01)) return "CONNECT with its reserved flag set";
  packet.clean_session = has(0x02);
  packet.has_will = has(0x04);
  packet.will.qos = static_cast<std::uint8_t>((flags >> 3) & 0x03U);
  packet.will.retain = has(0x20);
  packet.has_password = has(0x40);
  packet.has_username = has(0x80);
  if (packet.will.qos == 3) return "will with QoS 3";
  if (!packet.has_will && (packet.will.qos != 0 || packet.will.retain)) return "will QoS or will retain without a will";
  if (packet.has_password && !packet.has_username) return "password without a user name";
  packet.client_id = reader.text();
  if (packet.has_will) {
    packet.will.topic = reader.text();
    packet.will.payload = reader.binary();
  }
  if (packet.has_username) packet.username = reader.text();
  if (packet.has_password) packet.password = reader.binary();
  if (!reader.ok()) return reader.reason();
  if (!reader.rest().empty()) return "CONNECT with bytes behind its payload";
  if (packet.has_will && (packet.will.topic.empty() || packet.will.topic.find_first_of("+#") != std::string_view::npos))
    return "will topic is empty or has wildcards";
  return {};
}

Decoded decode_connect(ByteView body, std::size_t size) {
  Reader reader(body);
  const std::string_view name = reader.text();
  const std::uint8_t level = reader.byte();
  if (!reader.ok()) return malformed(reader.reason());
  const bool known_name = name == "MQTT" || name == "MQIsdp";
  if (!known_name) return malformed("CONNECT with an unknown protocol name");
  const bool served = (name == "MQTT" && level == 4) || (name == "MQIsdp" && level == 3);
  if (!served) return decoded(size, UnsupportedConnect{level});

  Connect packet;
  packet.protocol_level = level;
  const std::uint8_t flags = reader.byte();
  packet.keep_alive_s = reader.number();
  if (!reader.ok()) return malformed(reader.reason());
  const std::string_view reason = read_connect_payload(reader, flags, packet);
  if (!reason.empty()) return malformed(reason);
  return decoded(size, packet);
}

Decoded decode_publish(std::uint8_t first, ByteView body, std::size_t size) {
  Publish packet;
  packet.retain = (first & 0x01U) != 0;
  packet.qos = static_cast<std::uint8_t>((first >> 1) & 0x03U);
  packet.duplicate = (first & 0x08U) != 0;
  Reader reader(body);
  packet.topic = reader.text();
  if (packet.qos != qos_at_most_once) packet.packet_id = reader.number();
  if (!reader.ok()) return malformed(reader.reason());
  if (packet.qos != qos_at_most_once && packet.packet_id == 0) return malformed("packet id 0");
  if (packet.topic.empty()) return malformed("PUBLISH without a topic");
  if (packet.topic.find_first_of("+#") != std::string_view::npos) return malformed("PUBLISH to a topic with wildcards");
  packet.payload = reader.rest();
  return decoded(size, packet);
}

Decoded decode_acknowledgement(Type type, ByteView body, std::size_t size) {
  if (body.size() != 2) return malformed("acknowledgement that is not two bytes long");
  Reader reader(body);
  const std::uint16_t packet_id = reader.number();
  if (packet_id == 0) return malformed("packet id 0");
  if (type == Type::puback) return decoded(size, PubAck{packet_id});
  return decoded(size, PubRel{packet_id});
}

Decoded decode_filters(Type type, ByteView body, std::size_t size) {
  const bool with_qos = type == Type::subscribe;
  Reader reader(body);
  const std::uint16_t packet_id = reader.number();
  const ByteView entries = reader.rest();
  std::uint32_t count = 0;
  while (reader.ok() && !reader.rest().empty()) {
    const std::string_view filter = reader.text();
    const std::uint8_t qos = with_qos ? reader.byte() : std::uint8_t{0};
    if (reader.ok() && filter.empty()) return malformed("empty topic filter");
    if (qos > qos_exactly_once) return malformed("SUBSCRIBE with reserved bits or QoS 3");
    ++count;
  }
  if (!reader.ok()) return malformed(reader.reason());
  if (packet_id == 0) return malformed("packet id 0");
  if (count == 0) return malformed("no topic filter");
  if (with_qos) return decoded(size, Subscribe{packet_id, Filters(entries, Filters::Entry::text_and_qos, count)});
  return decoded(size, Unsubscribe{packet_id, Filters(entries, Filters::Entry::text_only, count)});
}

Decoded decode_body(std::uint8_t first, ByteView body, std::size_t size) {
  const auto type = static_cast<Type>(first >> 4);
  switch (type) {
    case Type::connect:
      return decode_connect(body, size);
    case Type::publish:
      return decode_publish(first, body, size);
    case Type::puback:
    case Type::pubrel:
      return decode_acknowledgement(type, body, size);
    case Type::subscribe:
    case Type::unsubscribe:
      return decode_filters(type, body, size);
    case Type::pingreq:
      if (!body.empty()) return malformed("PINGREQ with a body");
      return decoded(size, PingRequest{});
    case Type::disconnect:
      if (!body.empty()) return malformed("DISCONNECT with a body");
      return decoded(size, Disconnect{});
  }
  return malformed("packet type that a client must not send");
}

}  // namespace

Decoded decode(ByteView bytes, const DecodeLimits& limits) {
  if (bytes.empty()) return {};
  if (const std::string_view reason = check_first_byte(bytes[0]); !reason.empty()) return malformed(reason);
  std::size_t remaining = 0;
  std::size_t at = 1;
  for (unsigned shift = 0;; shift += 7, ++at) {
    if (shift == 28) return malformed("remaining length of five bytes");
    if (at == bytes.size()) return {};
    remaining |= static_cast<std::size_t>(bytes[at] & 0x7fU) << shift;
    if ((bytes[at] & 0x80U) == 0) break;
  }
  const std::size_t header = at + 1;
  const std::size_t size = header + remaining;
  if (size > limits.packet_bytes_max) {
    Decoded refused = malformed("packet is larger than the limit");
    refused.too_large = true;
    return refused;
  }
  if (bytes.size() < size) return {.status = DecodeStatus::incomplete, .size = size, .packet = {}, .reason = {}};
  return decode_body(bytes[0], bytes.subspan(header, remaining), size);
}

Filter Filters::next() {
  Reader reader(bytes_);
  Filter filter;
  filter.text = text_of(reader.binary());
  if (entry_ == Entry::text_and_qos) filter.qos = reader.byte();
  bytes_ = reader.rest();
  return filter;
}

}  // namespace fleetsim::platform::mqtt
