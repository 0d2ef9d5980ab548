// Links that are listened to, in front of those that work: what the devices of a shard send and hear is told as the devices' ends of
// simulated links tell it. Used only when somebody listens; bytes are those above TLS.
//
//   TappedLinks tapped(tap, places, shell);   LinkDriver driver(poller, tapped);   tapped.attach(driver);
//   tapped.add_device(spec.number, spec.address);        // in the order of the shard's slots
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "sim/world/links.hpp"
#include "sim/world/run_taps.hpp"

namespace fleetsim::sim {

/// Where the platform's instances listen, in the order of its configuration; everything else is the bootstrap endpoint.
struct WirePlaces {
  std::vector<std::pair<IpAddress, std::uint16_t>> instances;
};

class TappedLinks final : public Links, public LinkOwner {
 public:
  /// All of them outlive it.
  TappedLinks(SideTap& tap, const WirePlaces& places, LinkOwner& owner) : tap_(tap), places_(places), owner_(owner) {}
  void attach(Links& carrier) { carrier_ = &carrier; }
  void add_device(std::uint32_t device, const IpAddress& address);
  void set_now(Instant now) { now_ = now; }

  // Links, to the devices.
  void open(LinkKey key, LinkTarget target, Instant now) override;
  void send(LinkKey key, ByteView bytes) override;
  void flush() override { carrier_->flush(); }
  void close(LinkKey key, Instant now) override;
  void abort(LinkKey key, Abort how) override;
  Instant deadline(LinkKey key) const override { return carrier_->deadline(key); }

  // LinkOwner, to the carrier.
  Link& link(LinkKey key) override { return owner_.link(key); }
  void link_opened(LinkKey key) override;
  void link_received(LinkKey key, ByteView bytes) override;
  void link_closed(LinkKey key, device::LinkEnd end, std::string_view detail) override;
  void link_writable(LinkKey key) override { owner_.link_writable(key); }
  void exhausted(Exhausted what) override { owner_.exhausted(what); }

 private:
  enum class Told : std::uint8_t { nothing, opening, opened, over };
  struct Side {
    WireEvent head;  // which link it is
    Told told = Told::nothing;
  };

  Side& side(LinkKey key) { return sides_[key.slot][static_cast<std::size_t>(key.leg)]; }
  void tell(LinkKey key, WireKind kind, Direction direction, ByteView bytes = {}, device::LinkEnd end = {});

  SideTap& tap_;
  const WirePlaces& places_;
  LinkOwner& owner_;
  Links* carrier_ = nullptr;
  std::vector<std::array<Side, 2>> sides_;
  Instant now_{};
};

}  // namespace fleetsim::sim
