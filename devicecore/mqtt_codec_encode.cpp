#include <cstring>

#include "devicecore/mqtt_codec.hpp"
#include "devicecore/mqtt_text.hpp"

namespace fleetsim::device::mqtt {
namespace {

constexpr std::size_t connect_header_bytes = 10;  // §3.1.2: name, level, flags, keep-alive

std::size_t length_field_bytes(std::size_t remaining) {
  std::size_t bytes = 1;
  while (remaining >= 128) {  // seven bits a byte
    remaining >>= 7;
    ++bytes;
  }
  return bytes;
}

/// Size of a packet whose body is `remaining` bytes; 0 when no packet can be that large.
std::size_t packet_bytes(std::size_t remaining) {
  if (remaining > remaining_length_max) return 0;
  return 1 + length_field_bytes(remaining) + remaining;
}

/// Writes fields one after the other into memory that is known to be large enough.
class Writer {
 public:
  explicit Writer(MutableBytes out) : next_(out.data()) {}

  void byte(std::uint8_t value) { *next_++ = value; }
  void word(std::uint16_t value) {
    byte(static_cast<std::uint8_t>(value >> 8));
    byte(static_cast<std::uint8_t>(value & 0xFFU));
  }
  void bytes(ByteView value) {
    if (value.empty()) return;
    std::memcpy(next_, value.data(), value.size());
    next_ += value.size();
  }
  void text(std::string_view value) {
    word(static_cast<std::uint16_t>(value.size()));
    bytes(bytes_of(value));
  }
  /// §2.2
  void fixed_header(PacketType type, std::uint8_t flags, std::size_t remaining) {
    byte(static_cast<std::uint8_t>((static_cast<unsigned>(type) << 4) | flags));
    do {
      const std::uint8_t low = remaining & 0x7FU;
      remaining >>= 7;
      byte(static_cast<std::uint8_t>(low | (remaining != 0 ? 0x80U : 0U)));
    } while (remaining != 0);
  }

 private:
  std::uint8_t* next_;
};

bool has_username(const MqttConnect& request) { return !request.username.empty() || !request.password.empty(); }

std::size_t connect_remaining(const MqttConnect& request) {
  return connect_header_bytes + 2 + request.client_id.size() + (has_username(request) ? 2 + request.username.size() : 0) +
         (request.password.empty() ? 0 : 2 + request.password.size());
}

std::size_t publish_remaining(const MqttPublish& request) {
  return 2 + request.topic.size() + (request.qos == Qos::at_least_once ? 2U : 0U) + request.payload.size();
}

std::size_t two_byte_packet(PacketType type, MutableBytes out) {
  if (out.size() < 2) return 0;
  Writer(out).fixed_header(type, 0, 0);
  return 2;
}

}  // namespace

std::size_t connect_bytes(const MqttConnect& request) {
  if (request.client_id.size() > string_bytes_max || request.username.size() > string_bytes_max ||
      request.password.size() > string_bytes_max) {
    return 0;
  }
  return packet_bytes(connect_remaining(request));
}

std::size_t encode_connect(const MqttConnect& request, MutableBytes out) {
  const std::size_t total = connect_bytes(request);
  if (total == 0 || out.size() < total) return 0;
  unsigned flags = 0;
  if (has_username(request)) flags |= 0x80U;
  if (!request.password.empty()) flags |= 0x40U;
  if (request.clean_session) flags |= 0x02U;
  Writer writer(out);
  writer.fixed_header(PacketType::connect, 0, connect_remaining(request));
  writer.text("MQTT");
  writer.byte(4);
  writer.byte(static_cast<std::uint8_t>(flags));
  writer.word(request.keep_alive_s);
  writer.text(request.client_id);
  if (has_username(request)) writer.text(request.username);
  if (!request.password.empty()) writer.text(request.password);
  return total;
}

std::size_t publish_bytes(const MqttPublish& request) {
  if (request.topic.size() > string_bytes_max || request.payload.size() > remaining_length_max) return 0;
  return packet_bytes(publish_remaining(request));
}

std::size_t encode_publish(const MqttPublish& request, PacketId id, MutableBytes out) {
  const std::size_t total = publish_bytes(request);
  if (total == 0 || out.size() < total) return 0;
  Writer writer(out);
  writer.fixed_header(PacketType::publish, request.qos == Qos::at_least_once ? 0x02 : 0x00, publish_remaining(request));
  writer.text(request.topic);
  if (request.qos == Qos::at_least_once) writer.word(id);
  writer.bytes(request.payload);
  return total;
}

void mark_duplicate(MutableBytes packet) { packet.front() = static_cast<std::uint8_t>(packet.front() | 0x08U); }

void make_new(MutableBytes packet, PacketId id) {
  packet.front() = static_cast<std::uint8_t>(packet.front() & ~0x08U);
  const auto header = decode_fixed_header(packet);
  const std::size_t topic_at = header->header_bytes;
  const std::size_t id_at = topic_at + 2 + (std::size_t{packet[topic_at]} << 8U | packet[topic_at + 1]);
  packet[id_at] = static_cast<std::uint8_t>(id >> 8U);
  packet[id_at + 1] = static_cast<std::uint8_t>(id & 0xffU);
}

std::size_t subscribe_bytes(std::string_view filter) {
  return filter.size() > string_bytes_max ? 0 : packet_bytes(2 + 2 + filter.size() + 1);
}

std::size_t encode_subscribe(std::string_view filter, Qos qos, PacketId id, MutableBytes out) {
  const std::size_t total = subscribe_bytes(filter);
  if (total == 0 || out.size() < total) return 0;
  Writer writer(out);
  writer.fixed_header(PacketType::subscribe, 0x02, 2 + 2 + filter.size() + 1);
  writer.word(id);
  writer.text(filter);
  writer.byte(static_cast<std::uint8_t>(qos));
  return total;
}

std::size_t unsubscribe_bytes(std::string_view filter) {
  return filter.size() > string_bytes_max ? 0 : packet_bytes(2 + 2 + filter.size());
}

std::size_t encode_unsubscribe(std::string_view filter, PacketId id, MutableBytes out) {
  const std::size_t total = unsubscribe_bytes(filter);
  if (total == 0 || out.size() < total) return 0;
  Writer writer(out);
  writer.fixed_header(PacketType::unsubscribe, 0x02, 2 + 2 + filter.size());
  writer.word(id);
  writer.text(filter);
  return total;
}

std::size_t encode_puback(PacketId id, MutableBytes out) {
  if (out.size() < puback_bytes) return 0;
  Writer writer(out);
  writer.fixed_header(PacketType::puback, 0, 2);
  writer.word(id);
  return puback_bytes;
}

std::size_t encode_pingreq(MutableBytes out) { return two_byte_packet(PacketType::pingreq, out); }

std::size_t encode_disconnect(MutableBytes out) { return two_byte_packet(PacketType::disconnect, out); }

}  // namespace fleetsim::device::mqtt
