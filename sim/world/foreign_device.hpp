// A device whose engine is somebody else's: what the shell asks of it. Paho's has the same agent and an MQTT leg of its own (its bootstrap
// leg runs over the shard's links, as every device's does); a firmware core behind devicecore/abi has both legs on the shard's links; a
// behaviour stands around a device of ours (behaviour_device.hpp).
#pragma once

#include <cstddef>
#include <optional>

#include "devicecore/block_pool.hpp"
#include "devicecore/io.hpp"
#include "devicecore/step_context.hpp"

namespace fleetsim::device {
class Device;
}

namespace fleetsim::sim {

class ForeignDevice {
 public:
  virtual ~ForeignDevice() = default;

  /// Inputs of the shell; of an MQTT leg that is its own none come. Actions go into the context's workspace. Returns how many bytes of
  /// LinkReceived were consumed.
  virtual std::size_t step(const device::StepContext& context, const device::Input& input) = 0;
  virtual Instant next_deadline() const = 0;
  virtual void release(device::BlockPool& pool) = 0;
  /// Whether an MQTT leg of its own has a link, or is about to.
  virtual bool mqtt_in_use() const = 0;
  /// Whether it lives by the world's clock and power, so that faults on them reach it. Paho's have the host's.
  virtual bool obeys_faults() const { return false; }
  /// The device of ours that does the work within. Null: the engine is another's.
  virtual const device::Device* core() const { return nullptr; }
  /// Asked after each step: whether its power is to go now, as a fault would take it, and for how long.
  virtual std::optional<Duration> take_power_cut() { return std::nullopt; }
};

}  // namespace fleetsim::sim
