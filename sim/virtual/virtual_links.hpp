// The devices' end of simulated links: what a shard's devices send is put on its way to the platform, what comes from there is handed to
// them. One per shard, on that shard's thread.
//
//   links.deliver(slot, message, bytes, now);     // one arrival
//   links.outbox();                               // what the platform's inbox takes between windows
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/virtual/link_timing.hpp"
#include "sim/virtual/mailbox.hpp"
#include "sim/virtual/wire.hpp"
#include "sim/world/links.hpp"
#include "sim/world/run_taps.hpp"
#include "sim/world/tls_links.hpp"

namespace fleetsim::sim {

class VirtualLinks final : public Links, public PlaintextTap {
 public:
  /// Bytes that a device may have on its way into a narrow line; more ends the link, as a host's full buffer would.
  static constexpr std::uint64_t waiting_bytes_max = std::uint64_t{512} * 1024;

  VirtualLinks(const WireFacts& wire, LinkOwner& owner) : wire_(wire), owner_(owner) {}

  void expect(std::size_t devices) { sides_.reserve(devices); }
  /// In the order of the shard's slots; `address` is shown to the platform.
  void add_device(std::uint32_t device, const IpAddress& address);
  void prefetch(std::uint32_t slot) const {
    __builtin_prefetch(&sides_[slot]);
    __builtin_prefetch(reinterpret_cast<const char*>(&sides_[slot]) + 64);
  }
  void tap(SideTap* tap) { tap_ = tap; }
  void set_now(Instant now) { now_ = now; }

  void open(LinkKey key, LinkTarget target, Instant now) override;
  void send(LinkKey key, ByteView bytes) override;
  void flush() override;
  void close(LinkKey key, Instant now) override;
  void abort(LinkKey key, Abort how) override;
  Instant deadline(LinkKey) const override { return kNever; }

  // PlaintextTap: of sealed links it is told what they carry, as of others.
  void secured(LinkKey key) override;
  void carried(LinkKey key, Direction direction, ByteView plaintext) override;
  void tls_ended(LinkKey key, device::LinkEnd end) override;

  void deliver(std::uint32_t slot, const Message& message, ByteView bytes);

  MessageStream& outbox() { return outbox_; }
  /// What this side has for itself.
  MessageStream& own() { return own_; }
  std::uint32_t device_at(std::uint32_t slot) const { return sides_[slot].device; }

 private:
  /// Of a link on which TLS is carried out above.
  enum class Seal : std::uint8_t {
    none,
    handshake,
    carrying,
    over,  // and it is told that it is
  };
  struct Side {
    LinkTiming timing;
    std::uint32_t connection = 0;
    std::uint16_t endpoint = 0;
    Seal seal = Seal::none;
  };
  struct DeviceEnd {
    std::array<Side, 2> links;
    IpAddress address;
    std::uint32_t device = 0;
  };

  Side& side(LinkKey key) { return sides_[key.slot].links[static_cast<std::size_t>(key.leg)]; }
  const LineSettings& line_of(const Side& side) const { return wire_.routes->line(side.timing.route); }
  Message head(LinkKey key, MessageKind kind, Instant at) const;
  void put(LinkKey key, MessageKind kind, ByteView bytes);
  void fail_later(LinkKey key, device::LinkEnd end, Duration after);
  void opened(LinkKey key);
  void peer_finished(LinkKey key);
  void release(LinkKey key);
  void end(LinkKey key, device::LinkEnd end, std::string_view detail);
  void tell_end(LinkKey key, WireKind kind, Direction direction);
  void tell(LinkKey key, WireKind kind, Direction direction, ByteView bytes, device::LinkEnd end = {});

  const WireFacts& wire_;
  LinkOwner& owner_;
  SideTap* tap_ = nullptr;
  std::vector<DeviceEnd> sides_;
  MessageStream outbox_;
  MessageStream own_;
  std::vector<std::uint8_t> batch_;
  LinkKey batch_key_{};
  Instant now_{};
};

}  // namespace fleetsim::sim
