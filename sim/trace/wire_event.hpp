// One thing that happened on the wire, as one end saw it: what the trace hash, timelines, captures and the oracles are made of. Bytes are
// plaintext (above TLS), whatever the world; in world `virtual` both ends tell, each at its own moment.
//
//   tap.on_wire({.at = now, .device = 7, .kind = WireKind::bytes, .direction = Direction::up, .bytes = packet});
#pragma once

#include <cstdint>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/link.hpp"

namespace fleetsim::sim {

/// Which way bytes go: up from a device, down to it.
enum class Direction : std::uint8_t { up, down };

/// Who tells.
enum class WireEnd : std::uint8_t { device, platform };

enum class WireKind : std::uint8_t {
  opening,  // the device asks for the link; addresses are those of the SYN
  opened,   // it is there, TLS included
  failed,   // it never came to be: `end` says why
  bytes,
  finished,  // an orderly end of the stream was sent (direction: by whom) or has arrived
  reset,     // likewise, not orderly
};

/// Where a link leads, in world `virtual` and `sockets`.
inline constexpr std::uint16_t wire_bootstrap = 0xffff;

struct WireEvent {
  Instant at{};
  std::uint32_t device = 0;      // position in the roster
  std::uint32_t connection = 0;  // of this device and leg, counted from 1
  device::Leg leg{};
  WireEnd teller{};
  WireKind kind{};
  Direction direction{};
  device::LinkEnd end{};                    // of failed
  std::uint16_t endpoint = wire_bootstrap;  // position of the instance in the platform's configuration, or wire_bootstrap
  std::uint16_t device_port = 0;
  std::uint16_t platform_port = 0;
  IpAddress device_address;
  IpAddress platform_address;
  ByteView bytes{};  // lent for the call
};

/// Who listens. Called on the thread where it happens; in the order of one thread, whose times never go back.
class WireTap {
 public:
  virtual void on_wire(const WireEvent& event) = 0;
  /// Of an attempt that never came to the network, so that the network tells nothing of it: a fault kept it, or no address is known. It is
  /// told as `opening`, then `failed`, by the device. Such attempts are not counted as connections, and no endpoint is looked for.
  virtual void on_kept_back(const WireEvent& /*event*/) {}

 protected:
  ~WireTap() = default;
};

}  // namespace fleetsim::sim
