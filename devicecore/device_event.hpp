// What a device reports to its application: the fields that a log, a metric or a conformance check wants. Never a secret.
// One flat struct on purpose: it is small, trivially copyable and every kind says which fields it fills.
#pragma once

#include <cstdint>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/link.hpp"
#include "devicecore/mqtt_messages.hpp"

namespace fleetsim::device {

enum class EventKind : std::uint8_t {
  bootstrap_started,       // host, port
  bootstrap_answered,      // host, port (the endpoint given)
  bootstrap_failed,        // failure, code (HTTP status or body code), end
  endpoint_stored,         // host, port, code = slot
  connect_started,         // host, port
  connected,               // host, port, code = session present
  connect_refused,         // code = CONNACK return code
  connect_failed,          // failure, end
  connection_lost,         // failure, end
  disconnected,            // we closed it on purpose (a move, power off)
  notified,                // text = id, code = cmd
  notify_ignored,          // failure; text = id when it could be read
  notify_reply_sent,       // text = id
  redirected,              // host, port: the endpoint that the platform named; text = id
  property_posted,         // token
  property_replied,        // token, code = reply code
  published,               // token (QoS 0: handed to the link; QoS 1: handed to the link, first time)
  publish_acknowledged,    // token
  publish_rejected,        // token, failure (no room, too large, not online; message_malformed: a topic or filter that MQTT forbids)
  subscribed,              // token, code = granted; of the firmware's own filters only 0x80, with text = filter
  unsubscribed,            // token
  message_received,        // text = topic, bytes = payload
  retry_scheduled,         // delay
  fell_back_to_bootstrap,  // failure: why the stored endpoint was given up
  version_informed,        // text = version
  upgrade_started,         // text = version, code = bytes
  upgrade_progressed,      // code = percent
  upgrade_failed,          // failure, code = the step told to the platform, -1 to -4
  upgrade_ready,           // text = version; a RestartInto follows
  property_set,            // text = id, bytes = params; answered with 200 already
  config_pushed,           // text = id, bytes = params; likewise
  request_replied,         // token, code, bytes = data
  shadow_received,         // text = method, bytes = payload
  clock_read,              // text = Unix time in ms, delay = half the round trip
  sub_device_online,       // text = device name
  sub_device_refused,      // text = device name; code, or failure timed_out
  registered,              // the platform gave the device its secret
  registration_failed,     // failure, code
  powered_off,
};

enum class Failure : std::uint8_t {
  none,
  link,  // see end
  timed_out,
  http_malformed,
  http_status,  // see code
  body_too_large,
  json_malformed,
  endpoint_missing,  // no host or port in the answer
  endpoint_invalid,  // host too long or empty, port outside 1..65535
  service_error,     // body "code" is not 200, see code
  connack_refused,
  mqtt_protocol,
  ping_timeout,
  unknown_command,
  message_malformed,
  no_room,
  too_large,
  not_online,
  signing_failed,
  upgrade_unsupported,  // another module, a part only, or nothing that the device could fetch or check
  digest_mismatch,
  flash_failed,
  secret_invalid,  // a registration's answer without a usable secret, or for another device
};

struct Event {
  EventKind kind{};
  Failure failure = Failure::none;
  LinkEnd end = LinkEnd::closed_by_us;
  std::uint16_t port = 0;
  std::int32_t code = 0;
  Token token = 0;
  Duration delay{0};
  std::string_view host{};
  std::string_view text{};
  ByteView bytes{};
};

}  // namespace fleetsim::device
