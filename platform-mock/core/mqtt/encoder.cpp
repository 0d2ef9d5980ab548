#include "platform-mock/core/mqtt/encoder.hpp"

#include <cstring>

namespace fleetsim::platform::mqtt {
namespace {

std::array<std::uint8_t, 4> two_byte_packet(std::uint8_t first, std::uint16_t value) {
  return {first, 2, static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value & 0xffU)};
}

std::size_t remaining_length_bytes(std::size_t remaining) {
  std::size_t bytes = 1;
  while (remaining >= 128) {
    remaining >>= 7;
    ++bytes;
  }
  return bytes;
}

/// Writes into memory that is known to be long enough.
class Writer {
 public:
  explicit Writer(std::uint8_t* at) : at_(at) {}

  void byte(std::uint8_t value) { *at_++ = value; }
  void number(std::uint16_t value) {
    byte(static_cast<std::uint8_t>(value >> 8));
    byte(static_cast<std::uint8_t>(value & 0xffU));
  }
  void remaining_length(std::size_t value) {
    while (value >= 128) {
      byte(static_cast<std::uint8_t>((value & 0x7fU) | 0x80U));
      value >>= 7;
    }
    byte(static_cast<std::uint8_t>(value));
  }
  void raw(const void* from, std::size_t count) {
    if (count > 0) std::memcpy(at_, from, count);
    at_ += count;
  }

 private:
  std::uint8_t* at_;
};

}  // namespace

std::array<std::uint8_t, 4> encode_connack(std::uint8_t return_code, SessionPresent present) {
  return {0x20, 2, static_cast<std::uint8_t>(present == SessionPresent::yes ? 1 : 0), return_code};
}
std::array<std::uint8_t, 4> encode_puback(std::uint16_t packet_id) { return two_byte_packet(0x40, packet_id); }
std::array<std::uint8_t, 4> encode_pubrec(std::uint16_t packet_id) { return two_byte_packet(0x50, packet_id); }
std::array<std::uint8_t, 4> encode_pubcomp(std::uint16_t packet_id) { return two_byte_packet(0x70, packet_id); }
std::array<std::uint8_t, 4> encode_unsuback(std::uint16_t packet_id) { return two_byte_packet(0xb0, packet_id); }
std::array<std::uint8_t, 2> encode_pingresp() { return {0xd0, 0}; }

void encode_publish(const Publish& packet, std::vector<std::uint8_t>& out) {
  const std::size_t id_bytes = packet.qos == qos_at_most_once ? 0 : 2;
  const std::size_t remaining = 2 + packet.topic.size() + id_bytes + packet.payload.size();
  out.resize(1 + remaining_length_bytes(remaining) + remaining);
  Writer writer(out.data());
  writer.byte(static_cast<std::uint8_t>(0x30U | (packet.duplicate ? 0x08U : 0U) | (static_cast<unsigned>(packet.qos) << 1) |
                                        (packet.retain ? 0x01U : 0U)));
  writer.remaining_length(remaining);
  writer.number(static_cast<std::uint16_t>(packet.topic.size()));
  writer.raw(packet.topic.data(), packet.topic.size());
  if (id_bytes != 0) writer.number(packet.packet_id);
  writer.raw(packet.payload.data(), packet.payload.size());
}

void encode_suback(std::uint16_t packet_id, ByteView return_codes, std::vector<std::uint8_t>& out) {
  const std::size_t remaining = 2 + return_codes.size();
  out.resize(1 + remaining_length_bytes(remaining) + remaining);
  Writer writer(out.data());
  writer.byte(0x90);
  writer.remaining_length(remaining);
  writer.number(packet_id);
  writer.raw(return_codes.data(), return_codes.size());
}

}  // namespace fleetsim::platform::mqtt
