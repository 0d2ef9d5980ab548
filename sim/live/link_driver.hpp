// Moves bytes between sockets, TLS sessions and the shell of the devices. Reads go through one buffer of the shard; writes of one step are
// gathered and leave with one system call; only when the kernel has no room are bytes kept, and not without limit.
//
//   driver.open(key, {...});                 // -> owner.link_opened or owner.link_closed, later or before open() returns
//   driver.send(key, bytes); driver.flush();
//   driver.on_event(event);                  // from the poller
//
// The owner is told of the end of a link exactly once, whoever ended it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/ip_address.hpp"
#include "sim/live/link.hpp"
#include "sim/live/poller.hpp"
#include "sim/live/tcp_socket.hpp"

namespace fleetsim::sim {

class LinkOwner {
 public:
  virtual Link& link(LinkKey key) = 0;
  /// Bytes may be sent now; the TLS handshake is over.
  virtual void link_opened(LinkKey key) = 0;
  /// The bytes are lent for the call. The owner may close, abort or send meanwhile.
  virtual void link_received(LinkKey key, ByteView bytes) = 0;
  /// May come from within any call of the driver: note it, act later. `detail` is for people, and lent.
  virtual void link_closed(LinkKey key, device::LinkEnd end, std::string_view detail) = 0;
  /// What had to wait for the kernel is gone.
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
  std::unique_ptr<TlsEngine> tls;         // not started; empty for plain TCP
};

class LinkDriver {
 public:
  static constexpr std::size_t receive_bytes = std::size_t{64} * 1024;
  static constexpr std::size_t plaintext_bytes = std::size_t{16} * 1024;
  static constexpr std::size_t batch_bytes = std::size_t{64} * 1024;
  static constexpr int reads_per_event_max = 16;  // then others have their turn
  static constexpr Duration close_patience = std::chrono::seconds{5};

  LinkDriver(Poller& poller, LinkOwner& owner);

  void open(LinkKey key, LinkTarget target, Instant now);
  void send(LinkKey key, ByteView bytes);
  /// Hands what send() gathered to the kernel. Call at the end of every turn.
  void flush();
  /// When everything sent so far is out.
  void close(LinkKey key, Instant now);
  /// At once. `as_power_cut` resets the connection instead of ending it.
  enum class Abort : std::uint8_t { orderly, power_cut };
  void abort(LinkKey key, Abort how);
  void on_event(const PollEvent& event);
  /// When a closing link runs out of patience; kNever when there is none.
  Instant deadline(LinkKey key) const;

  static LinkKey key_of(std::uint64_t token);

 private:
  static std::uint64_t token_of(LinkKey key, const Link& link);
  bool is_current(LinkKey key, std::uint16_t generation) const;
  void established(LinkKey key, Link& link);
  void read_all(LinkKey key, bool until_end);
  bool deliver(LinkKey key, std::uint16_t generation, ByteView bytes);
  bool deliver_tls(LinkKey key, std::uint16_t generation, ByteView ciphertext);
  void write_out(LinkKey key, ByteView plaintext);
  void pump_tls(LinkKey key);
  void write_raw(LinkKey key, ByteView bytes);
  void flush_pending(LinkKey key);
  void end(LinkKey key, device::LinkEnd end, std::string_view detail);
  void release(Link& link, Abort how);

  Poller& poller_;
  LinkOwner& owner_;
  std::unique_ptr<std::array<std::uint8_t, receive_bytes>> received_;
  std::unique_ptr<std::array<std::uint8_t, plaintext_bytes>> plaintext_;
  std::unique_ptr<std::array<std::uint8_t, batch_bytes>> batch_;
  std::size_t batch_used_ = 0;
  LinkKey batch_key_{};
};

}  // namespace fleetsim::sim
