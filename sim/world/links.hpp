// What carries the bytes of a shard's devices: sockets, or the links of a simulation. The shell of the devices asks, and is told.
//
//   links.open(key, {...});                 // -> owner.link_opened or owner.link_closed, later or before open() returns
//   links.send(key, bytes); links.flush();
//
// The owner is told of the end of a link exactly once, whoever ended it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/base/tls_engine.hpp"
#include "devicecore/link.hpp"
#include "sim/faults/fate.hpp"
#include "sim/world/exhausted.hpp"
#include "sim/world/link.hpp"

namespace fleetsim::sim {

class LinkOwner {
 public:
  virtual Link& link(LinkKey key) = 0;
  /// Bytes may be sent now; the TLS handshake is over.
  virtual void link_opened(LinkKey key) = 0;
  /// The bytes are lent for the call. The owner may close, abort or send meanwhile.
  virtual void link_received(LinkKey key, ByteView bytes) = 0;
  /// May come from within any call of the links: note it, act later. `detail` is for people, and lent.
  virtual void link_closed(LinkKey key, device::LinkEnd end, std::string_view detail) = 0;
  /// What had to wait is gone.
  virtual void link_writable(LinkKey key) = 0;
  virtual void exhausted(Exhausted what) = 0;

 protected:
  ~LinkOwner() = default;
};

struct LinkTarget {
  IpAddress address;
  std::uint16_t port = 0;
  std::optional<IpAddress> source;        // bound before the connect
  std::optional<IpAddress> proxy_source;  // shown in a PROXY v2 header
  std::unique_ptr<TlsEngine> tls;         // not started; empty for plain TCP, or where TLS is modelled
  bool is_secure = false;                 // TLS, carried out or modelled
  bool is_sealed = false;                 // it is carried out above: what is sent is ciphertext already
  LinkPlace place;  // `who` at least, the rest when the run has faults; its connection and its moment are the links' to tell
};

class Links {
 public:
  virtual ~Links() = default;

  virtual void open(LinkKey key, LinkTarget target, Instant now) = 0;
  virtual void send(LinkKey key, ByteView bytes) = 0;
  /// Hands on what send() gathered. Call at the end of every turn.
  virtual void flush() = 0;
  /// When everything sent so far is out.
  virtual void close(LinkKey key, Instant now) = 0;
  /// At once. orderly: the peer reads an end of stream. reset: it reads a reset. severed: nobody is there any more who could tell it, and
  /// what it sends from now on vanishes; what the link takes up goes when the peer gives up its end.
  enum class Abort : std::uint8_t { orderly, reset, severed };
  virtual void abort(LinkKey key, Abort how) = 0;
  /// When a closing link runs out of patience; kNever when there is none.
  virtual Instant deadline(LinkKey key) const = 0;
};

}  // namespace fleetsim::sim
