// One device, sans I/O: inputs and time go in, actions come out. The very code that a firmware ships.
//
//   Device device(identity);
//   auto r = device.step({now, random_word, config, pool, workspace}, PowerOn{slot_a, slot_b});
//   for (const Action& action : r.actions) obey(action);       // open links, send bytes, write flash, tell the application
//   timer.expires_at(device.next_deadline());                  // then step(..., DeadlineReached{})
//
// After LinkReceived, give the bytes from r.consumed on again until all are consumed. Actions may point into the input's bytes: obey
// them before those go. No heap, no exceptions, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "devicecore/agent.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/block_pool.hpp"
#include "devicecore/device_config.hpp"
#include "devicecore/identity.hpp"
#include "devicecore/io.hpp"
#include "devicecore/limits.hpp"
#include "devicecore/mqtt_engine.hpp"
#include "devicecore/step_context.hpp"

namespace fleetsim::device {

struct StepResult {
  std::span<const Action> actions;
  std::size_t consumed = 0;  // of LinkReceived; 0 for other inputs
};

class Device {
 public:
  explicit Device(const Identity& identity) : agent_(identity) {}

  StepResult step(const StepContext& context, const Input& input);
  Instant next_deadline() const;
  /// Gives every block back to the pool: call before a device is dropped (a power cut).
  void release(BlockPool& pool);

  const Agent& agent() const { return agent_; }

 private:
  std::size_t receive(const StepContext& context, ByteView bytes);
  void obey(const StepContext& context, const AgentRequests& requests);
  void obey(const StepContext& context, const MqttRequest& request);

  Agent agent_;
  MqttEngine engine_;
};

static_assert(sizeof(Device) <= limits::device_bytes_max);

}  // namespace fleetsim::device
