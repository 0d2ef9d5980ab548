// What a device may tell, in which order: a table of its own, made from the device's documents (devicecore/README.md, the profiles'
// README.md) and not from the agent's. Where it is, is known from what it has told alone.
//
//   constexpr auto next = device_story::next(Scene::connecting, EventKind::connected);   // Scene::online
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "devicecore/device_event.hpp"

namespace fleetsim::sim {

enum class Scene : std::uint8_t {
  off,
  started,     // power came on, nothing was told yet
  asking,      // the global endpoint
  answered,    // an endpoint is known, it is being stored
  connecting,  // until CONNACK
  online,
  told,     // it must move, and owes a reply
  replied,  // it must move, and is closing its link (a firmware that sends no replies is here at once)
  leaving,  // the link is closed, the move goes on
  pushed,   // it was given an endpoint outright, and is closing its link
  closing,  // it closes its link for no reason that it has told: only to be off, or to restart
  failed,   // an attempt failed or the link was lost: it must say how long it waits
  waiting,
};
inline constexpr std::size_t scene_count = 13;

constexpr std::string_view scene_name(Scene scene) {
  constexpr std::array<std::string_view, scene_count> names = {"off",     "started", "asking", "answered", "connecting", "online", "told",
                                                               "replied", "leaving", "pushed", "closing",  "failed",     "waiting"};
  return names[static_cast<std::size_t>(scene)];
}

/// Of an event, in the order of EventKind.
constexpr std::string_view told_name(device::EventKind kind) {
  constexpr std::array<std::string_view, 39> names = {
      "bootstrap_started", "bootstrap_answered",  "bootstrap_failed",   "endpoint_stored",  "connect_started",   "connected",
      "connect_refused",   "connect_failed",      "connection_lost",    "disconnected",     "notified",          "notify_ignored",
      "notify_reply_sent", "redirected",          "property_posted",    "property_replied", "published",         "publish_acknowledged",
      "publish_rejected",  "subscribed",          "unsubscribed",       "message_received", "retry_scheduled",   "fell_back_to_bootstrap",
      "version_informed",  "upgrade_started",     "upgrade_progressed", "upgrade_failed",   "upgrade_ready",     "property_set",
      "config_pushed",     "request_replied",     "shadow_received",    "clock_read",       "sub_device_online", "sub_device_refused",
      "registered",        "registration_failed", "powered_off",
  };
  static_assert(names.size() == static_cast<std::size_t>(device::EventKind::powered_off) + 1);
  return names[static_cast<std::size_t>(kind)];
}

namespace device_story {

using device::EventKind;

struct Edge {
  Scene from;
  EventKind told;
  Scene to;
};

// clang-format off
inline constexpr Edge edges[] = {
    {Scene::started, EventKind::bootstrap_started, Scene::asking},
    {Scene::started, EventKind::connect_started, Scene::connecting},  // the flash knows where
    {Scene::asking, EventKind::bootstrap_answered, Scene::answered},
    {Scene::asking, EventKind::bootstrap_failed, Scene::failed},
    {Scene::answered, EventKind::endpoint_stored, Scene::answered},
    {Scene::answered, EventKind::connect_started, Scene::connecting},  // without endpoint_stored: the flash said so already, or has failed
    {Scene::answered, EventKind::retry_scheduled, Scene::waiting},     // it was sent where it comes from: at once it would be a loop
    {Scene::connecting, EventKind::connected, Scene::online},
    {Scene::connecting, EventKind::connect_refused, Scene::failed},
    {Scene::connecting, EventKind::connect_failed, Scene::failed},
    {Scene::online, EventKind::connection_lost, Scene::failed},
    {Scene::online, EventKind::notified, Scene::told},
    {Scene::online, EventKind::redirected, Scene::pushed},
    {Scene::online, EventKind::disconnected, Scene::closing},
    {Scene::told, EventKind::notify_reply_sent, Scene::replied},  // and nothing before it: who stores or leaves first owes the platform a reply
    {Scene::replied, EventKind::disconnected, Scene::leaving},
    {Scene::leaving, EventKind::bootstrap_started, Scene::asking},
    {Scene::leaving, EventKind::retry_scheduled, Scene::waiting},  // it is being sent around
    {Scene::leaving, EventKind::connect_started, Scene::connecting},  // pushed: the endpoint is known; or it reboots with its flash intact
    {Scene::pushed, EventKind::disconnected, Scene::leaving},
    {Scene::pushed, EventKind::endpoint_stored, Scene::pushed},
    {Scene::leaving, EventKind::endpoint_stored, Scene::leaving},
    {Scene::failed, EventKind::fell_back_to_bootstrap, Scene::failed},
    {Scene::failed, EventKind::retry_scheduled, Scene::waiting},
    {Scene::waiting, EventKind::bootstrap_started, Scene::asking},
    {Scene::waiting, EventKind::connect_started, Scene::connecting},
    // A flash that takes its time says so wherever the device is by then; but not while it owes a reply, which leaves in the same step.
    {Scene::asking, EventKind::endpoint_stored, Scene::asking},
    {Scene::connecting, EventKind::endpoint_stored, Scene::connecting},
    {Scene::online, EventKind::endpoint_stored, Scene::online},
    {Scene::failed, EventKind::endpoint_stored, Scene::failed},
    {Scene::waiting, EventKind::endpoint_stored, Scene::waiting},
    {Scene::closing, EventKind::endpoint_stored, Scene::closing},
    {Scene::replied, EventKind::endpoint_stored, Scene::replied},
};
// Of a firmware that asks for its secret: over HTTPS, which tells no beginning, or in an MQTT session that is none.
inline constexpr Edge registering_edges[] = {
    {Scene::started, EventKind::registration_failed, Scene::failed},
    {Scene::waiting, EventKind::registration_failed, Scene::failed},
    {Scene::connecting, EventKind::registration_failed, Scene::failed},
    {Scene::answered, EventKind::registration_failed, Scene::failed},  // the flash refused the secret
    {Scene::started, EventKind::registered, Scene::answered},
    {Scene::waiting, EventKind::registered, Scene::answered},
    {Scene::connecting, EventKind::registered, Scene::answered},
    {Scene::answered, EventKind::registered, Scene::answered},
    {Scene::answered, EventKind::bootstrap_started, Scene::asking},  // it is the secret that was stored
    {Scene::started, EventKind::retry_scheduled, Scene::waiting},
    {Scene::connecting, EventKind::retry_scheduled, Scene::waiting},
};
// clang-format on

/// What is said while messages go to and fro; it changes nothing.
constexpr bool is_traffic(EventKind told) {
  switch (told) {
    case EventKind::property_posted:
    case EventKind::property_replied:
    case EventKind::published:
    case EventKind::publish_acknowledged:
    case EventKind::subscribed:
    case EventKind::unsubscribed:
    case EventKind::message_received:
    case EventKind::version_informed:
    case EventKind::upgrade_started:
    case EventKind::upgrade_progressed:
    case EventKind::upgrade_ready:
    case EventKind::property_set:
    case EventKind::config_pushed:
    case EventKind::request_replied:
    case EventKind::shadow_received:
    case EventKind::clock_read:
    case EventKind::sub_device_online:
    case EventKind::sub_device_refused:
    case EventKind::notify_ignored:
      return true;
    case EventKind::bootstrap_started:
    case EventKind::bootstrap_answered:
    case EventKind::bootstrap_failed:
    case EventKind::endpoint_stored:
    case EventKind::connect_started:
    case EventKind::connected:
    case EventKind::connect_refused:
    case EventKind::connect_failed:
    case EventKind::connection_lost:
    case EventKind::disconnected:
    case EventKind::notified:
    case EventKind::notify_reply_sent:
    case EventKind::redirected:
    case EventKind::publish_rejected:
    case EventKind::retry_scheduled:
    case EventKind::fell_back_to_bootstrap:
    case EventKind::upgrade_failed:
    case EventKind::registered:
    case EventKind::registration_failed:
    case EventKind::powered_off:
      return false;
  }
  return false;
}

/// Traffic needs a session; the last of it may come in while the device is closing it.
constexpr bool has_session(Scene scene) {
  return scene == Scene::online || scene == Scene::told || scene == Scene::replied || scene == Scene::pushed || scene == Scene::closing;
}

/// Nothing: the table has no such way.
constexpr std::optional<Scene> next(Scene from, EventKind told, bool registers = false) {
  if (told == EventKind::powered_off) return Scene::off;
  if (from == Scene::off) return std::nullopt;
  if (told == EventKind::publish_rejected || told == EventKind::upgrade_failed) return from;  // an answer to the application, at any time
  if (is_traffic(told)) return has_session(from) ? std::optional{from} : std::nullopt;
  for (const Edge& edge : edges)
    if (edge.from == from && edge.told == told) return edge.to;
  if (!registers) return std::nullopt;
  for (const Edge& edge : registering_edges)
    if (edge.from == from && edge.told == told) return edge.to;
  return std::nullopt;
}

static_assert(next(Scene::connecting, EventKind::connected) == Scene::online);
static_assert(!next(Scene::started, EventKind::connected), "connected only after connect_started");
static_assert(!next(Scene::online, EventKind::notify_reply_sent), "a reply only after a notify");
static_assert(!next(Scene::told, EventKind::disconnected), "the reply goes before the link does");
static_assert(!next(Scene::told, EventKind::endpoint_stored), "nothing is stored before the reply is sent");
static_assert(!next(Scene::failed, EventKind::connect_started), "each failure waits");
static_assert(!next(Scene::online, EventKind::bootstrap_started), "the MQTT link closes first");
static_assert(!next(Scene::closing, EventKind::bootstrap_started), "nobody moves who was not told to");
static_assert(!next(Scene::off, EventKind::bootstrap_started), "without power there is nothing");

}  // namespace device_story

}  // namespace fleetsim::sim
