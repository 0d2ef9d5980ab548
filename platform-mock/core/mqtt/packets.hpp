// MQTT 3.1.1 packets as a server sees them, decoded. Every view points into the bytes that were decoded; nothing is copied.
//
//   Decoded decoded = decode(bytes, {.packet_bytes_max = 4096});
//   if (auto* publish = std::get_if<Publish>(&decoded.packet)) use(publish->topic, publish->payload);
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "devicecore/base/bytes.hpp"

namespace fleetsim::platform::mqtt {

inline constexpr std::uint8_t qos_at_most_once = 0;
inline constexpr std::uint8_t qos_at_least_once = 1;
inline constexpr std::uint8_t qos_exactly_once = 2;
inline constexpr std::uint8_t suback_failure = 0x80;

/// CONNACK return codes of MQTT 3.1.1 §3.2.2.3.
inline constexpr std::uint8_t connack_accepted = 0;
inline constexpr std::uint8_t connack_bad_protocol_version = 1;
inline constexpr std::uint8_t connack_identifier_rejected = 2;
inline constexpr std::uint8_t connack_server_unavailable = 3;
inline constexpr std::uint8_t connack_bad_user_name_or_password = 4;
inline constexpr std::uint8_t connack_not_authorized = 5;

struct Will {
  std::string_view topic;
  ByteView payload;
  std::uint8_t qos = 0;
  bool retain = false;
};

struct Connect {
  std::uint8_t protocol_level = 0;  // 4: MQTT 3.1.1, 3: MQTT 3.1
  bool clean_session = false;
  bool has_will = false;
  bool has_username = false;
  bool has_password = false;
  std::uint16_t keep_alive_s = 0;
  std::string_view client_id;
  std::string_view username;
  ByteView password;
  Will will;
};

/// A CONNECT of a protocol version that is not served: it gets CONNACK 1, its other fields are not looked at.
struct UnsupportedConnect {
  std::uint8_t protocol_level = 0;
};

struct Publish {
  std::string_view topic;
  ByteView payload;
  std::uint16_t packet_id = 0;  // 0 when qos is 0
  std::uint8_t qos = 0;
  bool retain = false;
  bool duplicate = false;
};

struct PubAck {
  std::uint16_t packet_id = 0;
};
struct PubRel {
  std::uint16_t packet_id = 0;
};

struct Filter {
  std::string_view text;
  std::uint8_t qos = 0;  // not used by UNSUBSCRIBE
};

/// The filters of a SUBSCRIBE or UNSUBSCRIBE, already checked; read one after the other.
class Filters {
 public:
  enum class Entry : std::uint8_t { text_and_qos, text_only };

  Filters() = default;
  Filters(ByteView bytes, Entry entry, std::uint32_t count) : bytes_(bytes), entry_(entry), count_(count) {}

  std::uint32_t count() const { return count_; }
  bool empty() const { return bytes_.empty(); }
  /// Takes the first filter off. Precondition: !empty().
  Filter next();

 private:
  ByteView bytes_;
  Entry entry_ = Entry::text_only;
  std::uint32_t count_ = 0;
};

struct Subscribe {
  std::uint16_t packet_id = 0;
  Filters filters;
};
struct Unsubscribe {
  std::uint16_t packet_id = 0;
  Filters filters;
};
struct PingRequest {};
struct Disconnect {};

using Packet =
    std::variant<std::monostate, Connect, UnsupportedConnect, Publish, PubAck, PubRel, Subscribe, Unsubscribe, PingRequest, Disconnect>;

}  // namespace fleetsim::platform::mqtt
