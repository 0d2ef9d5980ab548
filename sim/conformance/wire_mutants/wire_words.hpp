// What wire mutants do again and again: reading what a device says with the platform's codec, and what it hears with the device's own;
// writing either anew.
//
//   if (const auto publish = wire_words::said<platform::mqtt::Publish>(wire, message)) …publish->topic…
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "devicecore/mqtt_codec.hpp"
#include "platform-mock/core/mqtt/decoder.hpp"
#include "platform-mock/core/mqtt/packets.hpp"
#include "sim/conformance/wire_mutants/wire.hpp"

namespace fleetsim::sim::wire_words {

using Bytes = std::vector<std::uint8_t>;
using platform::mqtt::Connect;
using platform::mqtt::Publish;

inline bool is_mqtt(const Wire& wire) { return wire.leg() == device::Leg::mqtt; }

/// What the device says, when it is a packet of that type that is well-formed. Views point into the message.
template <class Packet>
std::optional<Packet> said(const Wire& wire, ByteView message) {
  if (!is_mqtt(wire)) return std::nullopt;
  const platform::mqtt::Decoded decoded = platform::mqtt::decode(message, {.packet_bytes_max = message.size()});
  const auto* const packet = std::get_if<Packet>(&decoded.packet);
  return decoded.status == platform::mqtt::DecodeStatus::packet && packet != nullptr ? std::optional{*packet} : std::nullopt;
}

/// The id of a PUBACK that the device says.
std::optional<std::uint16_t> puback_id(const Wire& wire, ByteView message);

/// What it hears, when it is a packet of that type.
std::optional<device::mqtt::ServerPacket> heard(const Wire& wire, ByteView message, device::mqtt::PacketType type);
/// A CONNACK that accepts.
bool is_accepted(const Wire& wire, ByteView message);

/// A CONNECT byte by byte, for what the device's encoder would never write.
struct ConnectParts {
  std::string_view protocol_name = "MQTT";
  std::uint8_t level = 4;
  std::uint8_t extra_flags = 0;
  std::string client_id;
  std::string will_topic;  // empty: no will
  std::string user_name;
  std::string password;
  std::uint16_t keep_alive_s = 0;
  bool clean_session = false;
};
ConnectParts parts_of(const Connect& connect);
Bytes connect_of(const ConnectParts& parts);

/// A PUBLISH that the device's encoder writes; packet id 0 leaves it at QoS 0.
Bytes publish_of(std::string_view topic, std::string_view payload, std::uint16_t packet_id = 0);
Bytes puback_of(std::uint16_t packet_id);

/// With the first `from` in it, if there is one, as `to`.
std::string replaced(std::string_view text, std::string_view from, std::string_view to);
/// A request whose Content-Length is wrong by so much; as it is when it has none.
std::string with_length_off_by(std::string_view request, int difference);
/// An HTTP answer whose status begins with that digit, as one with 200; others as they are.
std::string taken_for_success(std::string_view answer, char first_digit);

}  // namespace fleetsim::sim::wire_words
