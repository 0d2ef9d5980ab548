// Who listens to a run while it goes on: the wire, what devices report, what the platform tells. One listener for each shard of devices and
// one for the platform, each called on the thread of its side only; so none needs a lock, and what they found is put together at the end.
// On sockets nobody tells of the wire as the platform's end sees it, and devices on Paho tell of no wire.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "devicecore/base/time.hpp"
#include "devicecore/device_event.hpp"
#include "platform-mock/core/output.hpp"
#include "sim/trace/mishap.hpp"
#include "sim/trace/wire_event.hpp"

namespace fleetsim::sim {

class LinkProxy;  // sim/world/link_proxy.hpp
struct ProbeOutcome;
struct Roster;
struct RunRuntime;
class Flash;

class SideTap : public WireTap {
 public:
  virtual ~SideTap() = default;
  void on_wire(const WireEvent&) override {}
  /// `device` is its position in the roster; the event is lent for the call.
  virtual void on_device_event(std::uint32_t device, const device::Event& event, Instant now) = 0;
  virtual void on_platform_event(const platform::PlatformEvent& event, Instant now) = 0;
  virtual void on_mishap(std::uint32_t /*device*/, Mishap /*mishap*/, Instant /*now*/) {}
  /// What really goes over a link on which TLS is carried out, as the platform's end of a simulated network sees it; on_wire tells what it
  /// carries. `event` is of kind bytes.
  virtual void on_ciphertext(const WireEvent& /*event*/) {}
  /// A device gets power: what its flash holds may be looked at, and spoiled.
  virtual void on_boot(std::uint32_t /*device*/, Flash& /*flash*/, Instant /*now*/) {}
  /// A write to its flash, whatever becomes of it.
  virtual void on_flash_write(std::uint32_t /*device*/, Instant /*now*/) {}
  /// How wrong its time of day is. Asked with each step.
  virtual Duration clock_error(std::uint32_t /*device*/) const { return Duration{0}; }
};

/// Devices by their positions in the roster.
struct TappedDevices {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

class RunTaps {
 public:
  virtual ~RunTaps() = default;

  /// Before the first device is there. Both outlive the run.
  virtual void begin(const RunRuntime& runtime, const Roster& roster, std::size_t shards) = 0;
  /// Null: nobody listens there.
  virtual SideTap* device_side(std::size_t shard) = 0;
  virtual SideTap* platform_side() = 0;
  /// False: its sides are told nothing of links (on_wire, on_ciphertext, on_kept_back), which costs by far the most of all that is told.
  virtual bool wants_wire() const { return true; }
  /// Who stands between the devices of a shard and their links, in world virtual. Null: nobody.
  virtual LinkProxy* between(std::size_t /*shard*/) { return nullptr; }

  // The controller's, while all is quiet.

  /// A job is about to be asked for: its targets by instance id; none named: whatever the platform makes of it.
  virtual void on_distribute(TappedDevices /*devices*/, std::span<const std::string> /*targets*/, Instant /*now*/) {}
  /// Jobs go on that had stopped.
  virtual void on_retry(Instant /*now*/) {}
  enum class Change : std::uint8_t { withdrawn, readmitted };  // deleted or disabled; enabled
  virtual void on_change(TappedDevices /*devices*/, Change /*change*/, Instant /*now*/) {}
  virtual void on_phase(Phase /*phase*/, Instant /*now*/) {}
  virtual void on_probe(const ProbeOutcome& /*outcome*/, Instant /*now*/) {}
  /// Where the platform keeps properties that the device reported: positions in its configuration.
  virtual void on_kept(std::uint32_t /*device*/, std::span<const std::uint16_t> /*instances*/, Instant /*now*/) {}
  /// The run is over, its devices are not off yet.
  virtual void at_end(Instant /*now*/) {}
  /// Whatever happened until now has been told: in world virtual after each window in which something did, on sockets now and then. Orders
  /// may be given here. True: they were, or the run is to be looked at; time stops for that.
  virtual bool on_quiet(Instant /*now*/) { return false; }
};

}  // namespace fleetsim::sim
