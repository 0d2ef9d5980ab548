// The agent: everything a device decides. Bootstrap, notify, endpoint storage, back-off, the thing model. It speaks MQTT in
// messages and HTTP in bytes, so any MQTT engine can serve it (ours, or Paho).
//
//   AgentRequests requests;
//   agent.step(context, MqttConnected{0, false}, requests);   // link actions of the bootstrap leg, flash writes and reports
//                                                             // go to context.workspace; MQTT requests go to `requests`
#pragma once

#include <cstddef>
#include <cstdint>
#include <array>
#include <span>
#include <variant>

#include "devicecore/base/time.hpp"
#include "devicecore/identity.hpp"
#include "devicecore/io.hpp"
#include "devicecore/mqtt_engine.hpp"
#include "devicecore/mqtt_messages.hpp"
#include "devicecore/step_context.hpp"

namespace fleetsim::device {

using MqttRequest = std::variant<MqttOpen, MqttConnect, MqttSubscribe, MqttUnsubscribe, MqttPublish, MqttDisconnect, MqttAbort>;

/// What the agent asks of its engine in one step, in order.
class AgentRequests {
 public:
  static constexpr std::size_t capacity = 8;
  bool push(const MqttRequest& request) {
    if (count_ == capacity) return false;
    requests_[count_++] = request;
    return true;
  }
  std::span<const MqttRequest> all() const { return {requests_.data(), count_}; }
  void clear() { count_ = 0; }

 private:
  std::array<MqttRequest, capacity> requests_{};
  std::size_t count_ = 0;
};

class Agent {
 public:
  explicit Agent(const Identity& identity) : identity_(identity) {}

  /// Inputs of the shell. LinkOpened, LinkReceived and LinkClosed here are of Leg::bootstrap only.
  /// Returns how many bytes of LinkReceived were consumed.
  std::size_t step(const StepContext& context, const Input& input, AgentRequests& requests);
  /// Events of the MQTT engine.
  void step(const StepContext& context, const EngineEvent& event, AgentRequests& requests);
  /// The engine could not take a publish or subscribe that the agent asked for.
  void request_rejected(const StepContext& context, Token token, Failure why);

  Instant next_deadline() const;
  void release(BlockPool& pool);

  const Identity& identity() const { return identity_; }

 private:
  Identity identity_;
};

}  // namespace fleetsim::device
