// MQTT in messages: the line between the agent (which decides) and an MQTT engine (which speaks bytes, or is Paho).
// A link to the broker goes: MqttOpen -> MqttOpened -> MqttConnect -> MqttConnected -> ... -> MqttClosed.
// All views are borrowed: valid until the next step of whoever gave them.
#pragma once

#include <cstdint>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/link.hpp"

namespace fleetsim::device {

enum class Qos : std::uint8_t { at_most_once = 0, at_least_once = 1 };

/// The application's own name for a publish or subscribe; comes back with its acknowledgement.
using Token = std::uint32_t;

// --- what the agent asks of an engine -----------------------------------------------------------------------------
struct MqttOpen {
  std::string_view host;
  std::uint16_t port = 0;
  bool tls = false;
};
struct MqttConnect {
  std::string_view client_id;
  std::string_view username;  // empty: the flag is not set
  std::string_view password;  // empty: the flag is not set
  std::uint16_t keep_alive_s = 0;
  bool clean_session = true;
  Duration ping_every{0};     // PINGREQ by the clock, traffic or not; 0: only when keep_alive_s asks for one
  Duration publish_retry{0};  // 0: DeviceConfig's
};
struct MqttSubscribe {
  std::string_view filter;
  Qos qos = Qos::at_most_once;
  Token token = 0;
};
struct MqttUnsubscribe {
  std::string_view filter;
  Token token = 0;
};
struct MqttPublish {
  std::string_view topic;
  ByteView payload;
  Qos qos = Qos::at_most_once;
  Token token = 0;
};
struct MqttDisconnect {};  // DISCONNECT, flush, close
struct MqttAbort {};       // close at once, no DISCONNECT
struct MqttForget {};      // every publish that waits for its acknowledgement: the device boots anew, without a link

// --- what an engine tells the agent -------------------------------------------------------------------------------
struct MqttOpened {};
struct MqttConnected {
  std::uint8_t return_code = 0;  // MQTT 3.1.1 §3.2.2.3
  bool session_present = false;
};
struct MqttSubscribed {
  Token token = 0;
  std::uint8_t granted = 0;  // 0, 1, 2 or 0x80
};
struct MqttUnsubscribed {
  Token token = 0;
};
struct MqttAcknowledged {
  Token token = 0;  // the QoS 1 publish it names is done
};
struct MqttMessage {
  std::string_view topic;
  ByteView payload;
  Qos qos = Qos::at_most_once;
  bool duplicate = false;
};
enum class MqttFault : std::uint8_t { none, protocol_error, ping_timeout, packet_too_large };
struct MqttClosed {
  LinkEnd end = LinkEnd::closed_by_peer;
  MqttFault fault = MqttFault::none;  // why the engine itself gave the link up
};

}  // namespace fleetsim::device
