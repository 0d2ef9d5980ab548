// A device that can recover is online within a bound once nothing is wrong any more, and stays so.
//
// The bound is computed from what the device was given, for the worst that it can be in the middle of:
//   it holds a dead session and finds out by its ping (silence_max + response_timeout); it closes that (connect_timeout);
//   its endpoint is not its place any more: endpoint_failures_max tries, each a wait (cap), a try and a close (connect_timeout each);
//   it falls back: a wait (cap), a bootstrap and its close (bootstrap_timeout, connect_timeout);
//   it was sent where it comes from: another wait (cap); at last it connects (connect_timeout);
//   a clock that was set right again makes a wait longer by as much;
//   where connects are limited a minute passes before it is let in again, and a wait (cap).
// A move that begins after the heal has a bound of its own, from the notify on. A session that is lost though all is well may happen once
// (it was dead already, or a probe took its place); the bound then begins anew.
#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "sim/invariants/list.hpp"
#include "sim/invariants/recovery_bound.hpp"

namespace fleetsim::sim {

Duration recovery_bound(const GroupFacts& group, const FleetFacts& facts) {
  const Duration cap = group.waits.cap;
  const Duration finds_out = group.silence_max + group.response_timeout + group.connect_timeout;
  const Duration tries = group.endpoint_failures_max * (cap + 2 * group.connect_timeout);
  const Duration falls_back = cap + group.bootstrap_timeout + group.connect_timeout;
  const Duration connects = cap + group.connect_timeout;
  const Duration is_let_in = facts.limits_connects ? std::chrono::minutes{1} + cap : Duration{0};
  const Duration all = finds_out + tries + falls_back + connects + is_let_in;
  return all + all * facts.clock_rate_error_ppm / 1'000'000 + facts.clock_jump_max + facts.tolerance;
}

namespace {

using device::EventKind;

class RecoversAfterHeal final : public Invariant {
 public:
  explicit RecoversAfterHeal(const Post& post) : Invariant("recovers_after_heal", post), devices_(post.share.count) {}

  void on_device_event(const DeviceNews& news) override {
    const std::uint32_t slot = share().slot_of(news.device);
    if (slot == DeviceShare::not_here) return;
    Device& device = devices_[slot];
    look_for_overdue(slot, news.at);
    if (news.event.kind == EventKind::connected) {
      device.is_online = true;
      device.due = kNever;
      if (phase_ == Phase::healed && may_be_judged(slot)) exercised();
    } else if (news.event.kind == EventKind::connection_lost) {
      went(slot, news.at);
      if (phase_ == Phase::healed && may_be_judged(slot) && ++device.losses > losses_max)
        violated(news.device, news.at, fmt::format("has lost its session {} times since all was well again", device.losses));
    } else if (news.event.kind == EventKind::disconnected || news.event.kind == EventKind::powered_off) {
      went(slot, news.at);
    }
  }

  void on_mishap(std::uint32_t number, Mishap mishap, Instant at) override {
    const std::uint32_t slot = share().slot_of(number);
    if (slot == DeviceShare::not_here || mishap == Mishap::clock_changed) return;
    Device& device = devices_[slot];
    look_for_overdue(slot, at);
    device.is_on = mishap == Mishap::powered_on;
    device.due = kNever;
    went(slot, at);
  }

  void on_order(const FleetOrder& order) override {
    for (std::uint32_t device = order.first; device < order.first + order.count; ++device) {
      const std::uint32_t slot = share().slot_of(device);
      if (slot == DeviceShare::not_here) continue;
      switch (order.kind) {
        case FleetOrder::Kind::distribute:
          devices_[slot].was_moved = true;
          break;
        case FleetOrder::Kind::withdraw:
          devices_[slot].is_withdrawn = true;
          devices_[slot].due = kNever;
          break;
        case FleetOrder::Kind::readmit:
          devices_[slot].is_withdrawn = false;
          if (!devices_[slot].is_online) went(slot, order.at);
          break;
      }
    }
  }

  void on_phase(Phase phase, Instant at) override {
    phase_ = phase;
    for (std::uint32_t slot = 0; slot < devices_.size(); ++slot) {
      Device& device = devices_[slot];
      if (phase == Phase::faulty) {
        look_for_overdue(slot, at);
        device.due = kNever;
      } else {
        device.losses = 0;
        if (!device.is_online) went(slot, at);
      }
    }
  }

  void at_end(Instant at) override {
    for (std::uint32_t slot = 0; slot < devices_.size(); ++slot) look_for_overdue(slot, at);
  }

 private:
  static constexpr std::uint8_t losses_max = 2;
  struct Device {
    Instant due = kNever;  // online until then
    bool is_on = false;
    bool is_online = false;
    bool was_moved = false;
    bool is_withdrawn = false;
    std::uint8_t losses = 0;  // since the heal
  };

  bool may_be_judged(std::uint32_t slot) const {
    const Device& device = devices_[slot];
    if (!device.is_on || device.is_withdrawn) return false;
    switch (facts().group_of(share().device_of(slot)).comeback) {
      case Comeback::always:
        return true;
      case Comeback::unless_moved:
        return !device.was_moved;
      case Comeback::never:
        return false;
    }
    return false;
  }

  void went(std::uint32_t slot, Instant at) {
    Device& device = devices_[slot];
    device.is_online = false;
    if (phase_ != Phase::healed || !may_be_judged(slot)) return;
    device.due = at + recovery_bound(facts().group_of(share().device_of(slot)), facts());
  }

  void look_for_overdue(std::uint32_t slot, Instant at) {
    Device& device = devices_[slot];
    if (device.due == kNever || at <= device.due) return;
    if (may_be_judged(slot)) {
      exercised();
      violated(share().device_of(slot), device.due, "is not online though all is well again and its time to recover is over");
    }
    device.due = kNever;
  }

  std::vector<Device> devices_;
  Phase phase_ = Phase::faulty;
};

}  // namespace

InvariantKind invariant_kind::recovers_after_heal() {
  return {.name = "recovers_after_heal",
          .what = "a device that can recover is online within a bound once faults are healed, and stays so",
          .clause = "devicecore/README.md: a stored endpoint that fails gives way to bootstrap",
          .seats = Seats::fleet,
          .make = [](const Post& post, Seat) -> std::unique_ptr<Invariant> { return std::make_unique<RecoversAfterHeal>(post); }};
}

}  // namespace fleetsim::sim
