// Decodes what an MQTT client may send to a server, strictly: whatever the standard forbids is malformed, with the reason.
// One packet a call; bytes may hold less (incomplete) or more (decode again behind it).
//
//   const Decoded d = decode(bytes, {.packet_bytes_max = limits.payload_bytes + publish_overhead_bytes});
//   switch (d.status) { ... d.packet, d.size ... d.reason }
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "platform-mock/core/mqtt/packets.hpp"

namespace fleetsim::platform::mqtt {

/// The longest packet that MQTT can say: a fixed header of five bytes and 268,435,455 more.
inline constexpr std::size_t fixed_header_bytes_max = 5;

struct DecodeLimits {
  std::size_t packet_bytes_max = 0;  // the fixed header included
};

enum class DecodeStatus : std::uint8_t { packet, incomplete, malformed };

struct Decoded {
  DecodeStatus status = DecodeStatus::incomplete;
  /// packet: its bytes. incomplete: how many the whole packet has, or 0 while its fixed header is not complete.
  std::size_t size = 0;
  Packet packet;
  std::string_view reason;  // malformed: the rule that was broken; a literal
  bool too_large = false;   // malformed: only because of DecodeLimits
};

Decoded decode(ByteView bytes, const DecodeLimits& limits);

/// MQTT 3.1.1 §1.5.3: well-formed UTF-8 without U+0000 and without surrogates.
bool is_mqtt_text(std::string_view text);

}  // namespace fleetsim::platform::mqtt
