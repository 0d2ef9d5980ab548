// Encodes what an MQTT 3.1.1 server sends. Small packets come as arrays; PUBLISH and SUBACK are written into a buffer that the
// caller keeps, so that steady traffic does not allocate.
//
//   output.send(connection, encode_puback(7));
//   encode_publish({.topic = t, .payload = p, .packet_id = 1, .qos = 1}, scratch);  // replaces what scratch held
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "platform-mock/core/mqtt/packets.hpp"

namespace fleetsim::platform::mqtt {

enum class SessionPresent : std::uint8_t { no, yes };

std::array<std::uint8_t, 4> encode_connack(std::uint8_t return_code, SessionPresent present);
std::array<std::uint8_t, 4> encode_puback(std::uint16_t packet_id);
std::array<std::uint8_t, 4> encode_pubrec(std::uint16_t packet_id);
std::array<std::uint8_t, 4> encode_pubcomp(std::uint16_t packet_id);
std::array<std::uint8_t, 4> encode_unsuback(std::uint16_t packet_id);
std::array<std::uint8_t, 2> encode_pingresp();

/// Precondition: the topic has at most 65,535 bytes, the whole packet at most what MQTT can say.
void encode_publish(const Publish& packet, std::vector<std::uint8_t>& out);
void encode_suback(std::uint16_t packet_id, ByteView return_codes, std::vector<std::uint8_t>& out);

}  // namespace fleetsim::platform::mqtt
