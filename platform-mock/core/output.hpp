// What the platform core wants done: bytes to send, connections to close, things to tell. The shell implements Output; the core
// calls it only from inside a call that the shell made, and never keeps what it passes.
#pragma once

#include <cstdint>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/ip_address.hpp"
#include "platform-mock/core/ids.hpp"

namespace fleetsim::platform {

/// A connection of any kind, given by the core at accept; never reused while the process lives.
struct ConnectionId {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  friend auto operator<=>(const ConnectionId&, const ConnectionId&) = default;
};

enum class CloseMode : std::uint8_t { after_flush, abort };

enum class PlatformEventKind : std::uint8_t {
  device_connected,     // device, instance
  device_disconnected,  // device, instance, reason
  connect_refused,      // device when known, instance, code = CONNACK, reason
  notify_sent,          // device, instance, job
  notify_replied,       // device, instance, code
  bootstrap_answered,   // device, instance (the one named), reason (why this region)
  bootstrap_refused,    // reason
  handover_started,     // device, instance = source, job
  committed,            // device, instance = target, job
  job_state_changed,    // job, reason = state
  protocol_violation,   // instance, reason: a peer broke the rules and was refused
  publish_dropped,      // device, reason
  misbehaved,           // device or job when known, instance, reason = the rule's name: done wrong on demand
};

/// "notify_sent", "committed", ...: the words of logs and event streams.
constexpr std::string_view event_name(PlatformEventKind kind) {
  switch (kind) {
    case PlatformEventKind::device_connected:
      return "device_connected";
    case PlatformEventKind::device_disconnected:
      return "device_disconnected";
    case PlatformEventKind::connect_refused:
      return "connect_refused";
    case PlatformEventKind::notify_sent:
      return "notify_sent";
    case PlatformEventKind::notify_replied:
      return "notify_replied";
    case PlatformEventKind::bootstrap_answered:
      return "bootstrap_answered";
    case PlatformEventKind::bootstrap_refused:
      return "bootstrap_refused";
    case PlatformEventKind::handover_started:
      return "handover_started";
    case PlatformEventKind::committed:
      return "committed";
    case PlatformEventKind::job_state_changed:
      return "job_state_changed";
    case PlatformEventKind::protocol_violation:
      return "protocol_violation";
    case PlatformEventKind::publish_dropped:
      return "publish_dropped";
    case PlatformEventKind::misbehaved:
      return "misbehaved";
  }
  return "";
}

struct PlatformEvent {
  static constexpr std::uint32_t no_device = 0xffffffffU;

  PlatformEventKind kind{};
  std::uint32_t device = no_device;  // its index in the registry; none: unknown, or it does not exist
  std::string_view product_key;      // empty when unknown
  std::string_view device_name;
  std::string_view instance;
  std::string_view region;
  std::string_view job;
  std::string_view reason;
  std::int32_t code = 0;
  IpAddress peer;
};

class Output {
 public:
  virtual ~Output() = default;
  /// Appends to what goes out on the connection; the shell writes it once the step is over.
  virtual void send(ConnectionId connection, ByteView bytes) = 0;
  virtual void close(ConnectionId connection, CloseMode mode) = 0;
  virtual void event(const PlatformEvent& event) = 0;
};

}  // namespace fleetsim::platform
