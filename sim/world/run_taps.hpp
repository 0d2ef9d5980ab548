// Who listens to a run while it goes on: the wire, what devices report, what the platform tells. One listener for each shard of devices and
// one for the platform, each called on the thread of its side only; so none needs a lock, and what they found is put together at the end.
#pragma once

#include <cstddef>
#include <cstdint>

#include "devicecore/base/time.hpp"
#include "devicecore/device_event.hpp"
#include "platform-mock/core/output.hpp"
#include "sim/trace/wire_event.hpp"

namespace fleetsim::sim {

struct Roster;
struct RunRuntime;

class SideTap : public WireTap {
 public:
  virtual ~SideTap() = default;
  void on_wire(const WireEvent&) override {}
  /// `device` is its position in the roster; the event is lent for the call.
  virtual void on_device_event(std::uint32_t device, const device::Event& event, Instant now) = 0;
  virtual void on_platform_event(const platform::PlatformEvent& event, Instant now) = 0;
};

class RunTaps {
 public:
  virtual ~RunTaps() = default;

  /// Before the first device is there. Both outlive the run.
  virtual void begin(const RunRuntime& runtime, const Roster& roster, std::size_t shards) = 0;
  /// Null: nobody listens there.
  virtual SideTap* device_side(std::size_t shard) = 0;
  virtual SideTap* platform_side() = 0;
};

}  // namespace fleetsim::sim
