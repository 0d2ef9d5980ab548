// The client's half of the MQTT 3.1.1 wire format: packets that a client sends are written into lent memory, packets that a server
// sends are read in place. Nothing is kept and nothing is copied; mqtt_packet_reader.hpp finds packets in a stream.
//
//   const std::size_t n = mqtt::encode_publish(request, id, false, workspace.scratch());   // 0: does not fit
//   auto packet = mqtt::decode(whole_packet);
//   if (!packet) return protocol_error(packet.error());
//
// Decoding is strict: what the standard forbids a server to send is an error, never guessed at. The one freedom kept is a remaining
// length with superfluous bytes, which 3.1.1 does not forbid.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/result.hpp"
#include "devicecore/mqtt_messages.hpp"

namespace fleetsim::device::mqtt {

/// §2.2.1
enum class PacketType : std::uint8_t {
  connect = 1,
  connack = 2,
  publish = 3,
  puback = 4,
  pubrec = 5,
  pubrel = 6,
  pubcomp = 7,
  subscribe = 8,
  suback = 9,
  unsubscribe = 10,
  unsuback = 11,
  pingreq = 12,
  pingresp = 13,
  disconnect = 14,
};

/// 1..65535, 0 is never one (§2.3.1).
using PacketId = std::uint16_t;

inline constexpr std::size_t fixed_header_bytes_max = 5;
inline constexpr std::uint32_t remaining_length_max = 268'435'455;  // §2.2.3
inline constexpr std::size_t puback_bytes = 4;
inline constexpr std::size_t pingreq_bytes = 2;
inline constexpr std::size_t disconnect_bytes = 2;

enum class DecodeError : std::uint8_t {
  reserved_type,               // 0 or 15
  not_for_clients,             // only a client may send it
  not_used,                    // the QoS 2 hand-shake, which we never begin
  reserved_flags,              // §2.2.2
  qos_3,                       // §3.3.1.2
  dup_at_qos_0,                // §3.3.1.1
  remaining_length,            // a fifth byte (§2.2.3), or not what the type has
  body_too_short,              // a field reaches beyond the packet
  packet_id_zero,              // §2.3.1
  reserved_acknowledge_flags,  // CONNACK, §3.2.2.1
  return_code,                 // CONNACK §3.2.2.3, SUBACK §3.9.3
  session_of_refused,          // session present with a refusal, §3.2.2.2
  topic,                       // empty, wildcard, NUL or bad UTF-8: §3.3.2.1
};

/// For people.
std::string_view describe(DecodeError error);

// --- reading ------------------------------------------------------------------------------------------------------

struct FixedHeader {
  PacketType type{};
  std::uint8_t flags = 0;
  std::uint8_t header_bytes = 0;  // 2..5; 0 while the header is incomplete
  std::uint32_t remaining = 0;

  bool complete() const { return header_bytes != 0; }
  std::size_t packet_bytes() const { return std::size_t{header_bytes} + remaining; }
};

/// Reads the header at the start of `bytes`, as far as it is there. Type and flags are judged by the first byte alone, so rubbish is
/// refused before anyone waits for the rest of it.
Result<FixedHeader, DecodeError> decode_fixed_header(ByteView bytes);

/// A packet of the server. Flat on purpose; every type says which fields it fills. Views point into the packet.
struct ServerPacket {
  PacketType type{};             // connack, publish, puback, suback, unsuback or pingresp
  PacketId id = 0;               // publish at QoS 1 and 2, puback, suback, unsuback
  std::uint8_t return_code = 0;  // connack: 0..5
  bool session_present = false;  // connack
  std::uint8_t qos = 0;          // publish: 0, 1 or 2
  bool duplicate = false;        // publish
  bool retain = false;           // publish
  std::string_view topic;        // publish
  ByteView payload;              // publish; suback: the return codes, at least one, each 0, 1, 2 or 0x80
};

/// `packet` is one whole packet, header and all.
Result<ServerPacket, DecodeError> decode(ByteView packet);

// --- writing ------------------------------------------------------------------------------------------------------
// The *_bytes functions give the size of the whole packet, 0 when MQTT cannot express it (a string above 65,535 bytes, a packet above
// 256 MB). The encode functions return the bytes written, 0 when the packet does not fit `out` or cannot be expressed.

std::size_t connect_bytes(const MqttConnect& request);
/// A password sets the user name flag too, as §3.1.2.9 demands, even when the user name is empty.
std::size_t encode_connect(const MqttConnect& request, MutableBytes out);

std::size_t publish_bytes(const MqttPublish& request);
/// `id` is not written at QoS 0.
std::size_t encode_publish(const MqttPublish& request, PacketId id, MutableBytes out);
/// Sets DUP in an encoded PUBLISH of QoS 1.
void mark_duplicate(MutableBytes packet);
/// The same message as if it was never sent: without DUP, and with another id. Precondition: an encoded PUBLISH of QoS 1.
void make_new(MutableBytes packet, PacketId id);

std::size_t subscribe_bytes(std::string_view filter);
std::size_t encode_subscribe(std::string_view filter, Qos qos, PacketId id, MutableBytes out);
std::size_t unsubscribe_bytes(std::string_view filter);
std::size_t encode_unsubscribe(std::string_view filter, PacketId id, MutableBytes out);

std::size_t encode_puback(PacketId id, MutableBytes out);
std::size_t encode_pingreq(MutableBytes out);
std::size_t encode_disconnect(MutableBytes out);

}  // namespace fleetsim::device::mqtt
