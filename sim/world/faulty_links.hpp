// Links with faults, in front of those that work: an in-process proxy on every link of a shard. What devices send and hear goes through
// lanes that delay, slice, lose and hold it as the run's faults say; openings are refused, left unanswered or come late; links end. Bytes
// are what travels: ciphertext where TlsLinks stand in front. Used only when the run has faults.
//
//   FaultyLinks faulty(faults, seed, shell);   LinkDriver driver(poller, faulty);   faulty.attach(driver);
//   faulty.set_now(now);  faulty.wake_due();   // at faulty.next_deadline()
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "platform-mock/core/deadline_queue.hpp"
#include "sim/faults/fault_set.hpp"
#include "sim/world/faulty_lane.hpp"
#include "sim/world/links.hpp"
#include "sim/world/run_taps.hpp"

namespace fleetsim::sim {

class FaultyLinks final : public Links, public LinkOwner {
 public:
  /// Output that waits in a lane; more ends the link, as a host's full buffer would.
  static constexpr std::size_t waiting_bytes_max = PendingOutput::bytes_max;
  /// From here on a device is told that there is no room, until half of it is gone.
  static constexpr std::size_t busy_bytes = std::size_t{64} * 1024;
  static constexpr Duration close_patience = std::chrono::seconds{5};  // once the end has been on its way
  static constexpr std::size_t wake_ups_max = 1024;                    // a turn; then others have theirs

  FaultyLinks(const FaultSet& faults, std::uint64_t seed, LinkOwner& devices) : faults_(faults), seed_(seed), devices_(devices) {}
  void attach(Links& carrier) { carrier_ = &carrier; }
  /// Who is told of what the network never hears of; null: nobody. Then each device is added, in the order of the shard's slots.
  void tap(SideTap* tap) { tap_ = tap; }
  void add_device(std::uint32_t device) { devices_tapped_.push_back(device); }
  /// Before the first link is opened.
  void resize(std::uint32_t slots);

  void set_now(Instant now) { now_ = now; }
  Instant next_deadline() { return timers_.next(); }
  /// `woken` is told whose links had something to do.
  template <class Woken>
  void wake_due(Woken woken) {
    for (std::size_t i = 0; i < wake_ups_max; ++i) {
      const auto due = timers_.pop_due(now_);
      if (!due) return;
      const LinkKey key = key_of(*due);
      serve(key);
      woken(key.slot);
    }
  }
  /// Faults were added or taken away: when links must end is asked anew.
  void faults_changed();

  // Links, to the devices.
  void open(LinkKey key, LinkTarget target, Instant now) override;
  void send(LinkKey key, ByteView bytes) override;
  void flush() override { carrier_->flush(); }
  void close(LinkKey key, Instant now) override;
  void abort(LinkKey key, Abort how) override;
  Instant deadline(LinkKey key) const override { return carrier_->deadline(key); }

  // LinkOwner, to the carrier.
  Link& link(LinkKey key) override { return proxy(key).far; }
  void link_opened(LinkKey key) override;
  void link_received(LinkKey key, ByteView bytes) override;
  void link_closed(LinkKey key, device::LinkEnd end, std::string_view detail) override;
  void link_writable(LinkKey key) override;
  void exhausted(Exhausted what) override { devices_.exhausted(what); }

 private:
  struct Lanes {
    FaultyLane up{Direction::up};
    FaultyLane down{Direction::down};
    LinkFaults memory;
    std::optional<device::LinkEnd> peer_end;  // behind what is still on its way down
  };
  struct Proxy {
    Link far;  // to the platform; the one to the device is the owner's
    LinkPlace place;
    RandomStream random{0};
    std::unique_ptr<Lanes> lanes;        // from the first byte on that a fault touches
    std::unique_ptr<LinkTarget> target;  // of an opening that waits
    bool is_kept_back = false;           // from the network, for good; it is the tap that knows of it
    Instant opens_at = kNever;
    Instant gives_up_at = kNever;  // an orderly end that does not get through
    LinkEnding ending;
    std::optional<device::LinkEnd> told_end;  // what the device is told, whatever the carrier says
  };

  static std::uint32_t number_of(LinkKey key) { return key.slot * 2 + static_cast<std::uint32_t>(key.leg); }
  static LinkKey key_of(std::uint32_t number) { return {.slot = number / 2, .leg = static_cast<device::Leg>(number % 2)}; }
  Proxy& proxy(LinkKey key) { return proxies_[number_of(key)]; }
  FaultyLane::Asked asked(Proxy& one) { return {faults_, one.place, one.lanes->memory, one.random}; }
  bool goes_through_lanes(Proxy& one);
  void serve(LinkKey key);
  void serve_up(LinkKey key);
  void serve_down(LinkKey key);
  void end_link(LinkKey key, SegmentFate::End how);
  void tell_end(LinkKey key, device::LinkEnd end, std::string_view detail);
  void keep_back(LinkKey key, const LinkTarget& target);
  void tell_kept_back(LinkKey key, WireEvent event);
  void set_timer(LinkKey key);
  void say_busy(LinkKey key);

  const FaultSet& faults_;
  std::uint64_t seed_;
  LinkOwner& devices_;
  Links* carrier_ = nullptr;
  SideTap* tap_ = nullptr;
  std::vector<std::uint32_t> devices_tapped_;  // by slot
  std::vector<Proxy> proxies_;                 // by slot and leg
  platform::DeadlineQueue timers_;
  std::vector<std::uint8_t> going_up_;  // of the piece that has its turn; who hears of what comes down may send
  std::vector<std::uint8_t> going_down_;
  Instant now_{};
};

}  // namespace fleetsim::sim
