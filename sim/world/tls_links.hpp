// TLS in front of links that carry bytes and know nothing of it: sessions are carried out here, and what goes below is ciphertext. So
// faults between here and the network do to a handshake and to records what they do to any other bytes. In simulated time wherever TLS is
// carried out; on sockets only when the run has faults: without them the links of sockets carry TLS out themselves.
//
//   TlsLinks secured(shell);   FaultyLinks faulty(faults, seed, secured);   secured.attach(faulty);   shell.attach(secured);
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/world/links.hpp"

namespace fleetsim::sim {

/// Who is told of what TLS carries, for the links below see ciphertext alone.
class PlaintextTap {
 public:
  virtual ~PlaintextTap() = default;
  /// The handshake is over.
  virtual void secured(LinkKey key) = 0;
  virtual void carried(LinkKey key, Direction direction, ByteView plaintext) = 0;
  /// The peer's session has said that it is over (closed_by_peer), or TLS has failed; the link itself ends after it.
  virtual void tls_ended(LinkKey key, device::LinkEnd end) = 0;
};

class TlsLinks final : public Links, public LinkOwner {
 public:
  static constexpr std::size_t room_bytes = std::size_t{16} * 1024;  // of plaintext or ciphertext at once

  explicit TlsLinks(LinkOwner& devices)
      : devices_(devices),
        plaintext_(std::make_unique<std::array<std::uint8_t, room_bytes>>()),
        ciphertext_(std::make_unique<std::array<std::uint8_t, room_bytes>>()) {}
  void attach(Links& carrier) { carrier_ = &carrier; }
  /// Nobody is told when there is none.
  void tap(PlaintextTap* tap) { tap_ = tap; }
  /// Before the first link is opened.
  void resize(std::uint32_t slots) { secured_.resize(std::size_t{slots} * 2); }

  // Links, to the devices.
  void open(LinkKey key, LinkTarget target, Instant now) override;
  void send(LinkKey key, ByteView bytes) override;
  void flush() override;
  void close(LinkKey key, Instant now) override;
  void abort(LinkKey key, Abort how) override;
  Instant deadline(LinkKey key) const override { return carrier_->deadline(key); }

  // LinkOwner, to the carrier.
  Link& link(LinkKey key) override;
  void link_opened(LinkKey key) override;
  void link_received(LinkKey key, ByteView bytes) override;
  void link_closed(LinkKey key, device::LinkEnd end, std::string_view detail) override;
  void link_writable(LinkKey key) override;
  void exhausted(Exhausted what) override { devices_.exhausted(what); }

 private:
  /// Kept once it was made: those below may still look at its link.
  struct Secured {
    Link below;
    std::unique_ptr<TlsEngine> tls;
    std::optional<device::LinkEnd> told_end;  // what the device is told, whatever the carrier says
    std::string detail;
    bool is_used = false;  // by the link that is open now: else it is in the clear
  };

  /// Null: in the clear.
  Secured* secured(LinkKey key) const {
    Secured* const one = secured_[key.slot * std::size_t{2} + static_cast<std::size_t>(key.leg)].get();
    return one != nullptr && one->is_used ? one : nullptr;
  }
  bool is_current(LinkKey key, std::uint16_t generation) const;
  void write_batch();
  void pump(LinkKey key);
  bool finish_handshake(LinkKey key);
  bool read_plaintext(LinkKey key);
  void end(LinkKey key, device::LinkEnd end, std::string detail);

  LinkOwner& devices_;
  Links* carrier_ = nullptr;
  PlaintextTap* tap_ = nullptr;
  std::vector<std::unique_ptr<Secured>> secured_;  // by slot and leg
  std::unique_ptr<std::array<std::uint8_t, room_bytes>> plaintext_;
  std::unique_ptr<std::array<std::uint8_t, room_bytes>> ciphertext_;
  std::vector<std::uint8_t> batch_;  // plaintext of one link that becomes one record
  LinkKey batch_key_{};
};

}  // namespace fleetsim::sim
