// Reads the body of one MQTT packet: what lies behind the fixed header. Only mqtt_reader.cpp uses it.
//
//   MqttBody body(packet, header_bytes, message);
//   read_mqtt_body(type, flags, body);            // fills the message, or says what is malformed
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "sim/trace/decoded_message.hpp"

namespace fleetsim::sim {

/// MQTT 3.1.1 §2.2.1: the upper four bits of a packet's first byte.
enum class MqttType : std::uint8_t {
  reserved_0,
  connect,
  connack,
  publish,
  puback,
  pubrec,
  pubrel,
  pubcomp,
  subscribe,
  suback,
  unsubscribe,
  unsuback,
  pingreq,
  pingresp,
  disconnect,
  reserved_15,
};

/// Takes fields off the front. The first thing that is wrong stays the problem; what is read after it is empty.
class MqttBody {
 public:
  /// `start`: where the body begins in its packet; `message`: what is filled. Offsets are those of the packet.
  MqttBody(ByteView packet, std::size_t start, DecodedMessage& message) : packet_(packet), at_(start), message_(message) {}

  std::uint8_t byte();
  std::uint16_t number();
  /// With its length in front.
  ByteView binary();
  std::string_view text();
  ByteView rest();
  std::size_t rest_bytes() const { return packet_.size() - at_; }

  void must(bool holds, std::string_view problem);
  bool fine() const { return message_.problem.empty(); }
  DecodedMessage& message() { return message_; }
  /// Marks a part of the packet as not to be seen, and returns it as text without the secrets in it.
  std::string without_secrets_of(std::string_view part);
  void hide(ByteView part);

 private:
  std::size_t offset_of(const std::uint8_t* byte) const { return static_cast<std::size_t>(byte - packet_.data()); }

  ByteView packet_;
  std::size_t at_;
  DecodedMessage& message_;
};

void read_mqtt_body(MqttType type, std::uint8_t flags, MqttBody& body);

}  // namespace fleetsim::sim
