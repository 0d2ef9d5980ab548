// What a device wants of its links, and how a link can end. The shell (a firmware's socket layer, the simulator) obeys.
#pragma once

#include <cstdint>

namespace fleetsim::device {

/// The two links a device can hold: the HTTPS request that asks where to go, and the MQTT connection.
enum class Leg : std::uint8_t { bootstrap, mqtt };

/// Why a link ended or never came up.
enum class LinkEnd : std::uint8_t {
  closed_by_us,    // the CloseLink or AbortLink we asked for is done
  closed_by_peer,  // orderly end of stream
  reset,           // connection reset
  refused,         // nobody listens there
  unreachable,     // no route, or the shell's own time-out
  dns_failed,
  tls_failed,    // handshake or certificate
  no_resources,  // the host ran out of ports or descriptors: never the peer's fault
};

}  // namespace fleetsim::device
