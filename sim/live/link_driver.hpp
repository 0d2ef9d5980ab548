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
#include "sim/live/poller.hpp"
#include "sim/live/severed_sockets.hpp"
#include "sim/live/tcp_socket.hpp"
#include "sim/world/link.hpp"
#include "sim/world/links.hpp"

namespace fleetsim::sim {

class LinkDriver final : public Links {
 public:
  static constexpr std::size_t receive_bytes = std::size_t{64} * 1024;
  static constexpr std::size_t plaintext_bytes = std::size_t{16} * 1024;
  static constexpr std::size_t batch_bytes = std::size_t{64} * 1024;
  static constexpr int reads_per_event_max = 16;  // then others have their turn
  static constexpr Duration close_patience = std::chrono::seconds{5};

  LinkDriver(Poller& poller, LinkOwner& owner);

  void open(LinkKey key, LinkTarget target, Instant now) override;
  void send(LinkKey key, ByteView bytes) override;
  void flush() override;
  void close(LinkKey key, Instant now) override;
  void abort(LinkKey key, Abort how) override;
  Instant deadline(LinkKey key) const override;
  /// False: it is no device's link any more.
  bool on_event(const PollEvent& event);

  /// Sockets of devices without power that the platform has not given up yet.
  SeveredSockets& severed() { return severed_; }

  static LinkKey key_of(std::uint64_t token);

 private:
  static std::uint64_t token_of(LinkKey key, const Link& link);
  bool is_current(LinkKey key, std::uint16_t generation) const;
  void take_event(LinkKey key, const PollEvent& event);
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
  SeveredSockets severed_;
  std::unique_ptr<std::array<std::uint8_t, receive_bytes>> received_;
  std::unique_ptr<std::array<std::uint8_t, plaintext_bytes>> plaintext_;
  std::unique_ptr<std::array<std::uint8_t, batch_bytes>> batch_;
  std::size_t batch_used_ = 0;
  LinkKey batch_key_{};
};

}  // namespace fleetsim::sim
