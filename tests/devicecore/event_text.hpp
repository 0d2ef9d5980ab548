// Events as short lines, for expectations that read like a log: "connected 0", "retry_scheduled", "notified id=7".
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "devicecore/device_event.hpp"

namespace fleetsim::device::testing {

/// In the order of EventKind.
inline constexpr std::array<std::string_view, 39> event_names = {
    "bootstrap_started", "bootstrap_answered",  "bootstrap_failed",   "endpoint_stored",  "connect_started",   "connected",
    "connect_refused",   "connect_failed",      "connection_lost",    "disconnected",     "notified",          "notify_ignored",
    "notify_reply_sent", "redirected",          "property_posted",    "property_replied", "published",         "publish_acknowledged",
    "publish_rejected",  "subscribed",          "unsubscribed",       "message_received", "retry_scheduled",   "fell_back_to_bootstrap",
    "version_informed",  "upgrade_started",     "upgrade_progressed", "upgrade_failed",   "upgrade_ready",     "property_set",
    "config_pushed",     "request_replied",     "shadow_received",    "clock_read",       "sub_device_online", "sub_device_refused",
    "registered",        "registration_failed", "powered_off",
};
static_assert(event_names.size() == static_cast<std::size_t>(EventKind::powered_off) + 1);

inline std::string name_of(EventKind kind) { return std::string(event_names.at(static_cast<std::size_t>(kind))); }

inline std::string name_of(Failure failure) {
  switch (failure) {
    case Failure::none:
      return "none";
    case Failure::link:
      return "link";
    case Failure::timed_out:
      return "timed_out";
    case Failure::http_malformed:
      return "http_malformed";
    case Failure::http_status:
      return "http_status";
    case Failure::body_too_large:
      return "body_too_large";
    case Failure::json_malformed:
      return "json_malformed";
    case Failure::endpoint_missing:
      return "endpoint_missing";
    case Failure::endpoint_invalid:
      return "endpoint_invalid";
    case Failure::service_error:
      return "service_error";
    case Failure::connack_refused:
      return "connack_refused";
    case Failure::mqtt_protocol:
      return "mqtt_protocol";
    case Failure::ping_timeout:
      return "ping_timeout";
    case Failure::unknown_command:
      return "unknown_command";
    case Failure::message_malformed:
      return "message_malformed";
    case Failure::no_room:
      return "no_room";
    case Failure::too_large:
      return "too_large";
    case Failure::not_online:
      return "not_online";
    case Failure::signing_failed:
      return "signing_failed";
    case Failure::upgrade_unsupported:
      return "upgrade_unsupported";
    case Failure::digest_mismatch:
      return "digest_mismatch";
    case Failure::flash_failed:
      return "flash_failed";
    case Failure::secret_invalid:
      return "secret_invalid";
  }
  return "?";
}

/// Kind, then whatever is set: failure, host:port, code, #token, text and payload. A delay is left out: it is random.
inline std::string text_of_event(const Event& event) {
  std::string text = name_of(event.kind);
  if (event.failure != Failure::none) text += " " + name_of(event.failure);
  if (!event.host.empty()) text += " " + std::string(event.host) + ":" + std::to_string(event.port);
  if (event.code != 0) text += " code=" + std::to_string(event.code);
  if (event.token != 0) text += " #" + std::to_string(event.token);
  if (!event.text.empty()) text += " " + std::string(event.text);
  if (!event.bytes.empty()) text += " " + std::string(text_of(event.bytes));
  return text;
}

}  // namespace fleetsim::device::testing
