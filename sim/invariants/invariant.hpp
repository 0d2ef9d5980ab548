// The contract of one invariant: what must hold at every moment of a run, watched while it goes on. It is told what happens, keeps a little
// of each device, and says where it was broken. One file each in kinds/, named in the one list, list.cpp; README.md tells how to add one.
//
// A run has one object of each invariant a thread: those of the fleet's threads are told what the devices of that thread do, the one of the
// platform's thread what the platform does; each row of the list says where it sits. Calls come in the order of time of that thread.
//
//   class NeverTwice final : public Invariant {
//     using Invariant::Invariant;
//     void on_packet(const MqttPacket& packet) override { exercised(); if (...) violated(packet.event.device, packet.event.at, "…"); }
//   };
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/device_event.hpp"
#include "platform-mock/core/output.hpp"
#include "sim/invariants/fleet_facts.hpp"
#include "sim/invariants/mqtt_stream.hpp"
#include "sim/invariants/violation_log.hpp"
#include "sim/trace/mishap.hpp"
#include "sim/trace/wire_event.hpp"

namespace fleetsim::sim {

/// The controller has asked for something that changes where devices may be, or whether they may.
struct FleetOrder {
  enum class Kind : std::uint8_t {
    distribute,  // also a retry of a job
    withdraw,    // deleted or disabled: nothing is expected of the device any more
    readmit,
  } kind{};
  Instant at{};
  std::uint32_t first = 0;  // devices, by position in the roster
  std::uint32_t count = 0;
  std::span<const std::uint16_t> targets{};  // instances, of distribute
};

struct DeviceNews {
  std::uint32_t device = 0;
  Instant at{};
  const device::Event& event;
};

inline constexpr std::uint32_t no_device = 0xffffffffU;

struct PlatformNews {
  std::uint32_t device = no_device;  // of the roster, when the event is about one
  std::uint16_t instance = no_instance;
  Instant at{};
  const platform::PlatformEvent& event;
};

/// CONNECTs with the device's own valid credentials at every instance, one after the other, while it is in no handover.
struct ProbeNews {
  std::uint32_t device = 0;
  Instant at{};
  std::span<const std::uint16_t> accepted{};   // instances that answered 0
  std::span<const std::uint16_t> no_answer{};  // or none of the codes that say no
};

/// Where the platform keeps runtime data of a device: properties, events, logs, shadow.
struct KeptNews {
  std::uint32_t device = 0;
  Instant at{};
  std::span<const std::uint16_t> instances{};
};

/// What an invariant is made with.
struct Post {
  const FleetFacts& facts;
  DeviceShare share;
  ViolationLog& log;
};

class Invariant {
 public:
  Invariant(std::string_view name, const Post& post) : name_(name), facts_(post.facts), share_(post.share), log_(post.log) {}
  Invariant(const Invariant&) = delete;
  Invariant& operator=(const Invariant&) = delete;
  virtual ~Invariant() = default;

  virtual void on_wire(const WireEvent& /*event*/) {}
  /// An attempt of a device that never came to the network (WireTap::on_kept_back).
  virtual void on_kept_back(const WireEvent& /*event*/) {}
  /// Of on_wire()'s bytes of an MQTT link, packet by packet; after on_wire().
  virtual void on_packet(const MqttPacket& /*packet*/) {}
  virtual void on_device_event(const DeviceNews& /*news*/) {}
  virtual void on_mishap(std::uint32_t /*device*/, Mishap /*mishap*/, Instant /*at*/) {}
  virtual void on_platform_event(const PlatformNews& /*news*/) {}
  // Between windows, on every thread's object.
  virtual void on_order(const FleetOrder& /*order*/) {}
  virtual void on_phase(Phase /*phase*/, Instant /*at*/) {}
  // On the platform's only.
  virtual void on_probe(const ProbeNews& /*news*/) {}
  virtual void on_kept(const KeptNews& /*news*/) {}
  /// Before devices are powered off for the end.
  virtual void at_end(Instant /*at*/) {}

  std::string_view name() const { return name_; }
  /// How often there was something to judge. An invariant that was never exercised shows nothing.
  std::uint64_t times_exercised() const { return times_exercised_; }

 protected:
  void exercised() { ++times_exercised_; }
  void violated(std::uint32_t device, Instant at, std::string words) { log_.add(name_, device, at, std::move(words)); }
  const FleetFacts& facts() const { return facts_; }
  const DeviceShare& share() const { return share_; }

 private:
  std::string_view name_;
  const FleetFacts& facts_;
  DeviceShare share_;
  ViolationLog& log_;
  std::uint64_t times_exercised_ = 0;
};

}  // namespace fleetsim::sim
