#include "sim/conformance/duts/wire_proxy.hpp"

#include <algorithm>
#include <utility>

#include "sim/conformance/wire_mutants/wire_messages.hpp"

namespace fleetsim::sim {

using device::LinkEnd;

/// The device's end (`near`, the shell's) and the network's (`far`) of one link; a fault may hold them apart.
class WireProxy::Leg final : public Wire {
 public:
  Leg(WireProxy& owner, device::Leg leg) : owner_(owner), key_{0, leg} {}

  // Wire
  Instant now() const override { return owner_.now_; }
  device::Leg leg() const override { return key_.leg; }
  std::uint32_t connection() const override { return connection_; }
  const WirePlace& place() const override { return place_; }
  Wire& other() override { return *owner_.legs_[1 - static_cast<std::size_t>(key_.leg)]; }

  void open(const WirePlace& where) override {
    LinkTarget target = std::move(target_);
    target.address = where.address;
    target.port = where.port;
    owner_.carrier_->open(key_, std::move(target), now());
  }
  void say(ByteView bytes) override {
    if (far_.handle >= 0) owner_.carrier_->send(key_, bytes);
  }
  void finish() override { at_once_ ? end_far(Abort::orderly) : close_far(); }
  void reset() override { end_far(Abort::reset); }
  void leave() override { end_far(Abort::severed); }
  void gather(ByteView bytes) override {
    heard_.take(bytes, [this](ByteView message) { owner_.fault_->hears(*this, message); });
  }
  void hear(ByteView bytes) override {
    if (near().state == LinkState::open) owner_.devices_->link_received(key_, bytes);
  }
  void end(LinkEnd end) override { tell_end(end, {}); }
  void keep_open() override { tell_end(LinkEnd::closed_by_us, {}); }
  void die() override { owner_.die(); }
  void wake_at(Instant at) override { wake_at_ = at; }

  // WireProxy
  Link& near() { return owner_.devices_->link(key_); }
  Link& far() { return far_; }
  Instant due() const { return wake_at_; }
  void wake() {
    wake_at_ = kNever;
    owner_.fault_->wakes(*this);
    owner_.carrier_->flush();
  }

  void begin(LinkTarget target) {
    if (far_.handle >= 0) owner_.carrier_->abort(key_, Abort::orderly);  // a fault has kept it open
    Link& link = near();
    ++connection_;
    ++link.generation;
    link.began_at = now();
    link.handle = 0;
    link.state = LinkState::connecting;
    place_ = {.address = target.address, .port = target.port};
    target_ = std::move(target);
    said_ = WireMessages(key_.leg, WireMessages::From::device);
    heard_ = WireMessages(key_.leg, WireMessages::From::platform);
    if (!owner_.is_dead_) owner_.fault_->opens(*this, place_);
  }
  void opened() {
    if (near().state != LinkState::connecting) return;  // a fault opened it; the device knows of nothing
    near().state = LinkState::open;
    owner_.devices_->link_opened(key_);
  }
  void send(ByteView bytes) {
    if (owner_.is_dead_ || near().state != LinkState::open) return;
    said_.take(bytes, [this](ByteView message) { owner_.fault_->says(*this, message); });
  }
  void close(bool at_once) {
    if (near().state == LinkState::idle || near().state == LinkState::closing) return;
    if (owner_.is_dead_ || far_.handle < 0) return tell_end(LinkEnd::closed_by_us, {});
    at_once_ = at_once;
    said_.finish([this](ByteView rest) { say(rest); });
    owner_.fault_->closes(*this);
  }
  void received(ByteView bytes) {
    if (!owner_.is_dead_ && near().state == LinkState::open) owner_.fault_->receives(*this, bytes);
  }
  void closed(LinkEnd end, std::string_view detail) {
    if (near().state == LinkState::idle || owner_.is_dead_) return;
    if (end == LinkEnd::closed_by_us) return tell_end(end, detail);
    heard_.finish([this](ByteView rest) { owner_.fault_->hears(*this, rest); });
    if (near().state != LinkState::idle && !owner_.is_dead_) owner_.fault_->ends(*this, end);
  }
  /// Nobody is there any more.
  void cut() {
    if (far_.handle >= 0) owner_.carrier_->abort(key_, Abort::severed);
    if (near().state != LinkState::idle) tell_end(LinkEnd::closed_by_us, {});
  }
  void fall_silent() {
    wake_at_ = kNever;
    if (far_.handle >= 0) owner_.carrier_->abort(key_, Abort::severed);
  }

 private:
  void close_far() {
    if (far_.handle < 0) return tell_end(LinkEnd::closed_by_us, {});
    near().state = LinkState::closing;
    owner_.carrier_->close(key_, now());
  }
  void end_far(Abort how) {
    owner_.carrier_->flush();  // what was said before is on its way
    if (far_.handle >= 0) owner_.carrier_->abort(key_, how);
    tell_end(LinkEnd::closed_by_us, {});
  }
  void tell_end(LinkEnd end, std::string_view detail) {
    Link& link = near();
    if (link.state == LinkState::idle) return;
    link.handle = -1;
    link.state = LinkState::idle;
    owner_.devices_->link_closed(key_, end, detail);
  }

  WireProxy& owner_;
  LinkKey key_;
  Link far_;
  LinkTarget target_;
  WirePlace place_;
  WireMessages said_{device::Leg::mqtt, WireMessages::From::device};
  WireMessages heard_{device::Leg::mqtt, WireMessages::From::platform};
  std::uint32_t connection_ = 0;
  Instant wake_at_ = kNever;
  bool at_once_ = false;
};

WireProxy::WireProxy(std::unique_ptr<WireFault> fault) : fault_(std::move(fault)) {
  for (std::size_t i = 0; i < legs_.size(); ++i) legs_[i] = std::make_unique<Leg>(*this, static_cast<device::Leg>(i));
}

WireProxy::~WireProxy() = default;

void WireProxy::attach(Links& carrier, LinkOwner& devices) {
  carrier_ = &carrier;
  devices_ = &devices;
}

Instant WireProxy::next_deadline() const { return std::min(legs_[0]->due(), legs_[1]->due()); }

void WireProxy::wake() {
  for (const auto& one : legs_)
    if (one->due() <= now_) one->wake();
}

void WireProxy::open(LinkKey key, LinkTarget target, Instant now) {
  now_ = now;
  leg(key).begin(std::move(target));
}

void WireProxy::send(LinkKey key, ByteView bytes) { leg(key).send(bytes); }

void WireProxy::close(LinkKey key, Instant now) {
  now_ = now;
  leg(key).close(false);
}

void WireProxy::abort(LinkKey key, Abort how) {
  if (how != Abort::severed) return leg(key).close(true);
  leg(key).cut();
  if (key.leg == device::Leg::mqtt && !is_dead_) fault_->loses_power(*legs_[0]);
}

Link& WireProxy::link(LinkKey key) { return leg(key).far(); }

void WireProxy::link_opened(LinkKey key) { leg(key).opened(); }

void WireProxy::link_received(LinkKey key, ByteView bytes) { leg(key).received(bytes); }

void WireProxy::link_closed(LinkKey key, LinkEnd end, std::string_view detail) { leg(key).closed(end, detail); }

void WireProxy::die() {
  is_dead_ = true;
  for (const auto& one : legs_) one->fall_silent();
}

}  // namespace fleetsim::sim
