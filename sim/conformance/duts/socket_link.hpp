// The platform's end of one link of a device that comes over a real socket: what travels between the socket and the core, and the faults
// on the way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/tls_engine.hpp"
#include "platform-mock/core/output.hpp"
#include "sim/faults/fault_set.hpp"
#include "sim/world/faulty_lane.hpp"

namespace fleetsim::sim {

struct SocketLink {
  enum class State : std::uint8_t {
    unanswered,   // a fault keeps the platform from hearing of it
    delayed,      // it will hear of it at opens_at
    handshaking,  // TLS
    open,
    finishing,  // the platform has ended it: the device's own end is waited for
    severed,    // the device has lost its power: the platform does not know yet
    gone,
  };

  int fd = -1;
  State state = State::open;
  std::size_t endpoint = 0;  // of the platform: the bootstrap's, then the stations'
  IpAddress address;         // of the device
  std::uint16_t port = 0;

  platform::ConnectionId core;
  bool core_is_open = false;
  std::unique_ptr<TlsEngine> tls;     // null: in the clear
  std::vector<std::uint8_t> batch{};  // what the core has said in this step

  LinkPlace place{};
  RandomStream random{0};
  LinkFaults memory{};
  FaultyLane up{Direction::up};
  FaultyLane down{Direction::down};
  LinkEnding ending{};
  Instant opens_at = kNever;
  Instant gone_at = kNever;  // patience with whoever does not end it

  std::vector<std::uint8_t> output{};  // that the kernel has no room for yet
  bool ends_after_output = false;
  bool in_pieces = false;  // what goes out does so a few bytes at a time,
  Instant piece_at{};      // the next of them not before

  bool is_heard() const { return state == State::handshaking || state == State::open || state == State::finishing; }
};

}  // namespace fleetsim::sim
