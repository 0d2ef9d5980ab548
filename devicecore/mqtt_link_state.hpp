// Where the MQTT link of an engine stands, and which steps from there are legal. One place (MqttEngine::enter) assigns the state and
// checks it against this table.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace fleetsim::device {

enum class MqttLinkState : std::uint8_t {
  idle,        // no link
  opening,     // OpenLink asked
  open,        // the link is up, CONNECT not sent
  connecting,  // CONNECT sent, CONNACK awaited
  connected,
  leaving,  // CloseLink or AbortLink asked; only LinkClosed counts now
};

inline constexpr std::size_t mqtt_link_state_count = 6;

/// Row: from. Column: to, in the order of the enumeration.
inline constexpr std::array<std::array<bool, mqtt_link_state_count>, mqtt_link_state_count> mqtt_link_transitions = {{
    // idle  opening  open  connecting  connected  leaving
    {false, true, false, false, false, false},  // idle
    {true, false, true, false, false, true},    // opening: a link that never came up ends in idle
    {true, false, false, true, false, true},    // open
    {true, false, false, false, true, true},    // connecting
    {true, false, false, false, false, true},   // connected
    // An orderly close that hangs may be cut short by an abort, so leaving may be entered twice. A link that comes up while we leave
    // changes nothing: the shell has the close or abort already.
    {true, false, false, false, false, true},  // leaving
}};

constexpr bool may_become(MqttLinkState from, MqttLinkState to) {
  return mqtt_link_transitions[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
}

static_assert(!may_become(MqttLinkState::leaving, MqttLinkState::open));
static_assert(!may_become(MqttLinkState::idle, MqttLinkState::connected));
static_assert(!may_become(MqttLinkState::connected, MqttLinkState::connecting), "one CONNECT a link: MQTT-3.1.0-2");

}  // namespace fleetsim::device
