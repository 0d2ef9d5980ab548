// A device whose MQTT leg is Paho's: the same agent, its messages carried by a foreign engine. The bootstrap leg runs over the shard's own
// links, as every device's does.
//
//   std::size_t consumed = paho.step(context, input);     // actions are in context.workspace
//   paho.hear(context, notice);                           // from the inbox, on the shard's thread
#pragma once

#include <cstdint>
#include <memory>

#include "devicecore/agent.hpp"
#include "devicecore/io.hpp"
#include "devicecore/step_context.hpp"
#include "sim/live/paho_transport.hpp"
#include "sim/world/foreign_device.hpp"

namespace fleetsim::sim {

class PahoDevice final : public ForeignDevice {
 public:
  PahoDevice(const device::Identity& identity, const PahoTransport::Options& options) : agent_(identity), transport_(options) {}

  std::size_t step(const device::StepContext& context, const device::Input& input) override;
  /// False: the notice is of a connection that is over.
  bool hear(const device::StepContext& context, const PahoNotice& notice);

  /// The device is off, but its connection must still be known to have ended.
  void ignore(const PahoNotice& notice) { transport_.accept(notice); }

  Instant next_deadline() const override { return agent_.next_deadline(); }
  void release(device::BlockPool& pool) override;
  bool mqtt_in_use() const override { return transport_.in_use(); }

 private:
  void obey(const device::StepContext& context, device::AgentRequests& requests);
  void rejected(const device::StepContext& context, device::Token token, device::MqttEngine::PublishOutcome outcome);

  device::Agent agent_;
  PahoTransport transport_;
};

}  // namespace fleetsim::sim
