// A device whose MQTT leg is somebody else's engine (Paho), under the same agent: what the shell asks of it. The bootstrap leg runs over
// the shard's own links, as every device's does.
#pragma once

#include <cstddef>

#include "devicecore/block_pool.hpp"
#include "devicecore/io.hpp"
#include "devicecore/step_context.hpp"

namespace fleetsim::sim {

class ForeignDevice {
 public:
  virtual ~ForeignDevice() = default;

  /// Inputs of the shell; those of the MQTT leg's links never come. Returns how many bytes of LinkReceived were consumed.
  virtual std::size_t step(const device::StepContext& context, const device::Input& input) = 0;
  virtual Instant next_deadline() const = 0;
  virtual void release(device::BlockPool& pool) = 0;
  virtual bool mqtt_in_use() const = 0;
};

}  // namespace fleetsim::sim
