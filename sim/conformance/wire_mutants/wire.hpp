// The wire between a device and its network, as a wire mutant has it in its hands: what the device says and hears goes through a fault,
// message by message, and the fault may change it. The device itself is the reference and knows of nothing.
//
//   class NoPuback final : public WireFault {
//     void says(Wire& wire, ByteView message) override {
//       if (!wire_words::puback_id(wire, message)) wire.say(message);
//     }
//   };
#pragma once

#include <cstdint>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/link.hpp"

namespace fleetsim::sim {

/// Where a link leads.
struct WirePlace {
  IpAddress address;
  std::uint16_t port = 0;
  friend bool operator==(const WirePlace&, const WirePlace&) = default;
};

/// One of the device's two links.
class Wire {
 public:
  Wire() = default;
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  virtual ~Wire() = default;

  virtual Instant now() const = 0;
  virtual device::Leg leg() const = 0;
  /// Of this leg, counted from 1, over all power cycles.
  virtual std::uint32_t connection() const = 0;
  /// Where the device wanted this link to lead.
  virtual const WirePlace& place() const = 0;
  virtual Wire& other() = 0;

  // To the network.
  virtual void open(const WirePlace& where) = 0;
  virtual void say(ByteView bytes) = 0;
  /// An orderly end; a reset; no word at all, as if the cable was pulled. The device is told that its link is closed.
  virtual void finish() = 0;
  virtual void reset() = 0;
  virtual void leave() = 0;

  // To the device.
  /// Bytes as the network brings them become messages: hears() is called for each that is whole.
  virtual void gather(ByteView bytes) = 0;
  /// Not from within opens(), says() and closes(): the device is in the middle of a step. Ask for a wake-up, and let it hear then.
  virtual void hear(ByteView bytes) = 0;
  virtual void end(device::LinkEnd end) = 0;
  /// It is told that its link is closed, and the network is told nothing.
  virtual void keep_open() = 0;

  /// The firmware hangs: nothing goes out or comes in any more, on any link, whatever is done to the power.
  virtual void die() = 0;
  /// Calls wakes() at that moment; kNever takes it back.
  virtual void wake_at(Instant at) = 0;
};

/// What is wrong. A message is an MQTT packet, or an HTTP request or answer; what can be none comes as it is. Each word's default passes on
/// what it is told.
class WireFault {
 public:
  WireFault() = default;
  WireFault(const WireFault&) = delete;
  WireFault& operator=(const WireFault&) = delete;
  virtual ~WireFault() = default;

  virtual void opens(Wire& wire, const WirePlace& where) { wire.open(where); }
  virtual void says(Wire& wire, ByteView message) { wire.say(message); }
  virtual void closes(Wire& wire) { wire.finish(); }

  virtual void receives(Wire& wire, ByteView bytes) { wire.gather(bytes); }
  virtual void hears(Wire& wire, ByteView message) { wire.hear(message); }
  virtual void ends(Wire& wire, device::LinkEnd end) { wire.end(end); }

  virtual void wakes(Wire& /*wire*/) {}
  /// Its power was cut: told on the bootstrap's wire, after both links are gone.
  virtual void loses_power(Wire& /*wire*/) {}
};

}  // namespace fleetsim::sim
