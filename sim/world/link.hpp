// One link of one device on this host: a socket, perhaps a TLS session, and what the kernel would not take yet. Kept small, for there are
// two in every device; what only few need lives behind pointers.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/base/tls_engine.hpp"
#include "devicecore/link.hpp"

namespace fleetsim::sim {

/// Which link of a shard: the slot of its device, and the leg.
struct LinkKey {
  std::uint32_t slot = 0;
  device::Leg leg = device::Leg::mqtt;
  friend bool operator==(const LinkKey&, const LinkKey&) = default;
};

enum class LinkState : std::uint8_t {
  idle,        // no socket
  waiting,     // wanted, but connects_in_flight are busy
  connecting,  // TCP
  securing,    // TLS handshake
  open,
  closing,  // the last bytes are on their way to the kernel
};

/// Output that the kernel has no room for. On a link that is never drained it holds what waits, and at most as much again that is out:
/// what is sent goes before more is added, but not a few bytes at a time, for that would move the rest about again and again.
struct PendingOutput {
  static constexpr std::size_t bytes_max = std::size_t{512} * 1024;  // that wait
  std::vector<std::uint8_t> bytes;
  std::size_t sent = 0;         // of them, from the front
  Instant give_up_at = kNever;  // while closing

  std::size_t waiting() const { return bytes.size() - sent; }
  void append(ByteView more) {
    if (sent >= waiting()) {
      bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(sent));
      sent = 0;
    }
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
};

struct Link {
  int handle = -1;               // a descriptor, or the number of a simulated connection; -1: none
  std::uint16_t generation = 0;  // tells late events of an earlier socket apart
  LinkState state = LinkState::idle;
  std::unique_ptr<TlsEngine> tls;
  std::unique_ptr<PendingOutput> pending;
  Instant wanted_at{};  // when the device wanted it, or the schedule did
  Instant began_at{};   // when the socket began to connect
};

}  // namespace fleetsim::sim
