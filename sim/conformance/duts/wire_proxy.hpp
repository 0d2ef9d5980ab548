// Carries a wire mutant's fault out, between the one device of a bench and its links (RunTaps::between).
//
//   WireProxy proxy(mutant.make());
//   taps.stand_between(proxy);            // before the run
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "sim/conformance/wire_mutants/wire.hpp"
#include "sim/world/link_proxy.hpp"

namespace fleetsim::sim {

class WireProxy final : public LinkProxy {
 public:
  explicit WireProxy(std::unique_ptr<WireFault> fault);
  ~WireProxy() override;

  // LinkProxy
  void attach(Links& carrier, LinkOwner& devices) override;
  void set_now(Instant now) override { now_ = now; }
  Instant next_deadline() const override;
  void wake() override;

  // Links, to the device.
  void open(LinkKey key, LinkTarget target, Instant now) override;
  void send(LinkKey key, ByteView bytes) override;
  void flush() override { carrier_->flush(); }
  void close(LinkKey key, Instant now) override;
  void abort(LinkKey key, Abort how) override;
  Instant deadline(LinkKey key) const override { return carrier_->deadline(key); }

  // LinkOwner, to the carrier.
  Link& link(LinkKey key) override;
  void link_opened(LinkKey key) override;
  void link_received(LinkKey key, ByteView bytes) override;
  void link_closed(LinkKey key, device::LinkEnd end, std::string_view detail) override;
  void link_writable(LinkKey key) override { devices_->link_writable(key); }
  void exhausted(Exhausted what) override { devices_->exhausted(what); }

 private:
  class Leg;
  Leg& leg(LinkKey key) { return *legs_[static_cast<std::size_t>(key.leg)]; }
  void die();

  std::unique_ptr<WireFault> fault_;
  Links* carrier_ = nullptr;
  LinkOwner* devices_ = nullptr;
  std::array<std::unique_ptr<Leg>, 2> legs_;
  Instant now_{};
  bool is_dead_ = false;
};

}  // namespace fleetsim::sim
