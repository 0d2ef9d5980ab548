// Events as short lines, for expectations that read like a log: "connected 0", "retry_scheduled", "notified id=7".
#pragma once

#include <string>

#include "devicecore/device_event.hpp"

namespace fleetsim::device::testing {

inline std::string name_of(EventKind kind) {
  switch (kind) {
    case EventKind::bootstrap_started:
      return "bootstrap_started";
    case EventKind::bootstrap_answered:
      return "bootstrap_answered";
    case EventKind::bootstrap_failed:
      return "bootstrap_failed";
    case EventKind::endpoint_stored:
      return "endpoint_stored";
    case EventKind::connect_started:
      return "connect_started";
    case EventKind::connected:
      return "connected";
    case EventKind::connect_refused:
      return "connect_refused";
    case EventKind::connect_failed:
      return "connect_failed";
    case EventKind::connection_lost:
      return "connection_lost";
    case EventKind::disconnected:
      return "disconnected";
    case EventKind::notified:
      return "notified";
    case EventKind::notify_ignored:
      return "notify_ignored";
    case EventKind::notify_reply_sent:
      return "notify_reply_sent";
    case EventKind::property_posted:
      return "property_posted";
    case EventKind::property_replied:
      return "property_replied";
    case EventKind::published:
      return "published";
    case EventKind::publish_acknowledged:
      return "publish_acknowledged";
    case EventKind::publish_rejected:
      return "publish_rejected";
    case EventKind::subscribed:
      return "subscribed";
    case EventKind::unsubscribed:
      return "unsubscribed";
    case EventKind::message_received:
      return "message_received";
    case EventKind::retry_scheduled:
      return "retry_scheduled";
    case EventKind::fell_back_to_bootstrap:
      return "fell_back_to_bootstrap";
    case EventKind::redirected:
      return "redirected";
    case EventKind::version_informed:
      return "version_informed";
    case EventKind::upgrade_started:
      return "upgrade_started";
    case EventKind::upgrade_progressed:
      return "upgrade_progressed";
    case EventKind::upgrade_failed:
      return "upgrade_failed";
    case EventKind::upgrade_ready:
      return "upgrade_ready";
    case EventKind::property_set:
      return "property_set";
    case EventKind::config_pushed:
      return "config_pushed";
    case EventKind::request_replied:
      return "request_replied";
    case EventKind::shadow_received:
      return "shadow_received";
    case EventKind::clock_read:
      return "clock_read";
    case EventKind::registered:
      return "registered";
    case EventKind::registration_failed:
      return "registration_failed";
    case EventKind::powered_off:
      return "powered_off";
  }
  return "?";
}

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
