// Where in its life a device is, and which ways lead on from there. Agent::go_to() is the only place that changes the state, and it
// refuses what is not in this table.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace fleetsim::device {

enum class AgentState : std::uint8_t {
  off,
  bootstrapping,  // the global endpoint is asked: from OpenLink until its answer, or until it is given up
  storing,        // an endpoint is known: its record goes to flash and the bootstrap link closes, in either order
  connecting,     // from opening the MQTT link until CONNACK
  online,
  leaving,       // a link was asked to close; what follows stands in next_
  backing_off,   // no link; a timer runs
  powering_off,  // links close and the flash finishes, then off
  registering,   // the device's own secret is asked for over HTTPS, with its product's
};

inline constexpr std::size_t agent_state_count = 9;

namespace detail {

using StateSet = std::uint16_t;

template <class... States>
constexpr StateSet set_of(States... states) {
  return static_cast<StateSet>((0U | ... | (1U << static_cast<unsigned>(states))));
}

// A link that is open must be seen closing before anything else is begun: a small board has memory for one TLS session. So nothing
// leads from online to bootstrapping directly, and nothing from bootstrapping to connecting.
inline constexpr std::array<StateSet, agent_state_count> ways_on = {
    /* off */ set_of(AgentState::bootstrapping, AgentState::connecting, AgentState::registering),
    /* bootstrapping: backing_off when the peer closed the link itself, else leaving comes first */
    set_of(AgentState::storing, AgentState::leaving, AgentState::backing_off, AgentState::powering_off),
    /* storing: backing_off when the answer was the endpoint we come from, or two servers would play ball with the device */
    /* and bootstrapping when it was the secret that was stored */
    set_of(AgentState::connecting, AgentState::bootstrapping, AgentState::backing_off, AgentState::powering_off),
    /* connecting: never straight to another try, each failure waits */
    set_of(AgentState::online, AgentState::leaving, AgentState::backing_off, AgentState::powering_off),
    /* online: leaving for a move, backing_off for a lost link (also the first reconnect waits) */
    set_of(AgentState::leaving, AgentState::backing_off, AgentState::powering_off),
    /* leaving: bootstrapping or storing at once only for a move */
    set_of(AgentState::bootstrapping, AgentState::storing, AgentState::backing_off, AgentState::powering_off),
    /* backing_off: off at once, there is nothing to close, but a flash write may still run */
    set_of(AgentState::bootstrapping, AgentState::connecting, AgentState::registering, AgentState::powering_off),
    /* powering_off */ set_of(AgentState::off),
    /* registering: as bootstrapping, it is the same kind of request */
    set_of(AgentState::storing, AgentState::leaving, AgentState::backing_off, AgentState::powering_off),
};

}  // namespace detail

constexpr bool may_go(AgentState from, AgentState to) {
  return (detail::ways_on[static_cast<std::size_t>(from)] & detail::set_of(to)) != 0;
}

namespace detail {

constexpr bool every_running_state_can_power_off() {
  for (std::size_t i = 1; i < agent_state_count; ++i) {
    const auto state = static_cast<AgentState>(i);
    if (state != AgentState::powering_off && !may_go(state, AgentState::powering_off)) return false;
  }
  return true;
}

constexpr std::size_t ways_to(AgentState to) {
  std::size_t count = 0;
  for (std::size_t from = 0; from < agent_state_count; ++from)
    if (may_go(static_cast<AgentState>(from), to)) ++count;
  return count;
}

static_assert(static_cast<std::size_t>(AgentState::registering) + 1 == agent_state_count);
static_assert(every_running_state_can_power_off());
static_assert(ways_on[static_cast<std::size_t>(AgentState::powering_off)] == set_of(AgentState::off), "no way back from power off");
static_assert(ways_to(AgentState::off) == 1);
static_assert(ways_to(AgentState::online) == 1 && may_go(AgentState::connecting, AgentState::online));
static_assert(ways_to(AgentState::storing) == 3 && may_go(AgentState::registering, AgentState::storing) &&
              may_go(AgentState::bootstrapping, AgentState::storing) && may_go(AgentState::leaving, AgentState::storing));
static_assert(!may_go(AgentState::online, AgentState::bootstrapping), "the MQTT link closes first");
static_assert(!may_go(AgentState::online, AgentState::connecting), "a reconnect waits");
static_assert(!may_go(AgentState::bootstrapping, AgentState::connecting), "the endpoint is stored before it is used");
static_assert(!may_go(AgentState::connecting, AgentState::connecting) && !may_go(AgentState::leaving, AgentState::connecting),
              "no hot loop");

}  // namespace detail

}  // namespace fleetsim::device
