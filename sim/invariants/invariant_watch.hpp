// All invariants of one thread, and what they must be told: the tap of that thread's links, and calls for all else. It cuts the streams of
// MQTT links into packets once, for all of them. Nothing is allocated for an event, but when a violation is put into words.
//
//   InvariantWatch watch(facts, Seat::fleet, {.first = shard, .stride = shards, .count = n});
//   world.tap(watch);
//   watch.on_mishap(device, Mishap::powered_on, now);       // at each power-on, power-off, cut
//   watch.on_phase(Phase::healed, now);                     // between windows
//   watch.at_end(now);
//   Findings found = watch.findings();
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/invariants/findings.hpp"
#include "sim/invariants/invariant.hpp"
#include "sim/invariants/list.hpp"
#include "sim/invariants/sometimes.hpp"

namespace fleetsim::sim {

class InvariantWatch final : public WireTap {
 public:
  /// The facts must outlive it. The platform's seat has all devices.
  InvariantWatch(const FleetFacts& facts, Seat seat, DeviceShare share);
  InvariantWatch(const InvariantWatch&) = delete;
  InvariantWatch& operator=(const InvariantWatch&) = delete;
  virtual ~InvariantWatch();

  /// What the other end tells is passed over, so one tap may be given both.
  void on_wire(const WireEvent& event) override;
  void on_kept_back(const WireEvent& event) override;
  void on_device_event(std::uint32_t device, Instant at, const device::Event& event);
  void on_mishap(std::uint32_t device, Mishap mishap, Instant at);
  void on_platform_event(std::uint32_t device, Instant at, const platform::PlatformEvent& event);
  void on_order(const FleetOrder& order);
  void on_phase(Phase phase, Instant at);
  void on_probe(const ProbeNews& news);
  void on_kept(const KeptNews& news);
  void at_end(Instant at);

  Findings findings() const;

 private:
  struct Connection {
    std::uint32_t number = 0;  // 0: none
    MqttStream up;
    MqttStream down;
  };
  /// The platform may hold several links of a device at a time, those of which it has not learned that they are dead.
  static constexpr std::size_t connections_max = 4;
  struct Device {
    std::array<Connection, connections_max> connections{};
    std::uint8_t next = 0;
  };

  void cut_into_packets(const WireEvent& event);
  Connection* find(Device& device, std::uint32_t number);
  Connection& begin(Device& device, std::uint32_t number);
  std::uint16_t instance_of(std::string_view id) const;

  const FleetFacts& facts_;
  Seat seat_;
  DeviceShare share_;
  ViolationLog log_;
  std::vector<std::unique_ptr<Invariant>> invariants_;  // by position in invariant_kinds(); null: not of this seat
  std::vector<Invariant*> here_;
  SometimesWatch sometimes_;
  std::vector<Device> devices_;
  MqttHeads heads_;
};

}  // namespace fleetsim::sim
