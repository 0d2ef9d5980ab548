#include "sim/world/failure_text.hpp"

#include <array>
#include <cstddef>

namespace fleetsim::sim {

using device::EventKind;
using device::Failure;
using device::LinkEnd;

namespace {

std::string_view connack_meaning(std::int32_t code) {  // MQTT 3.1.1 §3.2.2.3
  switch (code) {
    case 1:
      return "unacceptable protocol version";
    case 2:
      return "client id rejected";
    case 3:
      return "server unavailable";
    case 4:
      return "bad user name or password";
    case 5:
      return "not authorised";
    default:
      return "unknown code";
  }
}

/// The failure, with what the link or the code adds to it.
void add_reason(std::string& text, const LastFailure& last) {
  if (last.failure == Failure::link || last.failure == Failure::none) {
    text += link_end_name(last.end);
    return;
  }
  text += failure_name(last.failure);
  if (last.failure == Failure::http_status || last.failure == Failure::service_error) {
    text += ' ';
    text += std::to_string(last.code);
  }
}

std::string_view opening_words(EventKind kind) {
  if (kind == EventKind::bootstrap_failed) return "bootstrap failed";
  if (kind == EventKind::connect_failed) return "connect failed";
  if (kind == EventKind::connection_lost) return "connection lost";
  if (kind == EventKind::publish_rejected) return "publish rejected";
  if (kind == EventKind::registration_failed) return "registration failed";
  return event_name(kind);
}

/// In the order of EventKind.
constexpr std::array<std::string_view, 39> event_names = {
    "bootstrap_started", "bootstrap_answered",  "bootstrap_failed",   "endpoint_stored",  "connect_started",   "connected",
    "connect_refused",   "connect_failed",      "connection_lost",    "disconnected",     "notified",          "notify_ignored",
    "notify_reply_sent", "redirected",          "property_posted",    "property_replied", "published",         "publish_acknowledged",
    "publish_rejected",  "subscribed",          "unsubscribed",       "message_received", "retry_scheduled",   "fell_back_to_bootstrap",
    "version_informed",  "upgrade_started",     "upgrade_progressed", "upgrade_failed",   "upgrade_ready",     "property_set",
    "config_pushed",     "request_replied",     "shadow_received",    "clock_read",       "sub_device_online", "sub_device_refused",
    "registered",        "registration_failed", "powered_off",
};
static_assert(event_names.size() == static_cast<std::size_t>(EventKind::powered_off) + 1);

}  // namespace

std::string describe_failure(const LastFailure& last) {
  if (!last.known) return "not online yet, and nothing failed so far";
  std::string text;
  if (last.kind == EventKind::connect_refused) {
    text = "connect refused: ";
    text += std::to_string(last.code);
    text += " (";
    text += connack_meaning(last.code);
    text += ')';
    return text;
  }
  text = opening_words(last.kind);
  text += ": ";
  add_reason(text, last);
  return text;
}

std::string_view event_name(EventKind kind) { return event_names.at(static_cast<std::size_t>(kind)); }

std::string_view agent_state_name(device::AgentState state) {
  switch (state) {
    case device::AgentState::off:
      return "off";
    case device::AgentState::bootstrapping:
      return "bootstrapping";
    case device::AgentState::storing:
      return "storing";
    case device::AgentState::connecting:
      return "connecting";
    case device::AgentState::online:
      return "online";
    case device::AgentState::leaving:
      return "leaving";
    case device::AgentState::backing_off:
      return "backing_off";
    case device::AgentState::powering_off:
      return "powering_off";
    case device::AgentState::registering:
      return "registering";
  }
  return {};
}

std::string_view failure_name(Failure failure) {
  switch (failure) {
    case Failure::none:
      return "none";
    case Failure::link:
      return "link ended";
    case Failure::timed_out:
      return "timed out";
    case Failure::http_malformed:
      return "malformed HTTP answer";
    case Failure::http_status:
      return "HTTP status";
    case Failure::body_too_large:
      return "HTTP body too large";
    case Failure::json_malformed:
      return "malformed JSON";
    case Failure::endpoint_missing:
      return "no endpoint in the answer";
    case Failure::endpoint_invalid:
      return "invalid endpoint in the answer";
    case Failure::service_error:
      return "the service answered code";
    case Failure::connack_refused:
      return "refused by CONNACK";
    case Failure::mqtt_protocol:
      return "MQTT protocol error";
    case Failure::ping_timeout:
      return "no PINGRESP";
    case Failure::unknown_command:
      return "unknown command";
    case Failure::message_malformed:
      return "malformed message";
    case Failure::no_room:
      return "no room";
    case Failure::too_large:
      return "too large";
    case Failure::not_online:
      return "not online";
    case Failure::signing_failed:
      return "signing failed";
    case Failure::upgrade_unsupported:
      return "the upgrade is not for this device";
    case Failure::digest_mismatch:
      return "the image is not what was announced";
    case Failure::flash_failed:
      return "the flash refused to keep it";
    case Failure::secret_invalid:
      return "no usable secret in the answer";
  }
  return "unknown";
}

std::string_view link_end_name(LinkEnd end) {
  switch (end) {
    case LinkEnd::closed_by_us:
      return "closed by the device";
    case LinkEnd::closed_by_peer:
      return "closed by the peer";
    case LinkEnd::reset:
      return "connection reset";
    case LinkEnd::refused:
      return "connection refused: nobody listens there";
    case LinkEnd::unreachable:
      return "unreachable";
    case LinkEnd::dns_failed:
      return "name not known";
    case LinkEnd::tls_failed:
      return "TLS failed";
    case LinkEnd::no_resources:
      return "this host ran out of ports or descriptors";
  }
  return "unknown";
}

}  // namespace fleetsim::sim
