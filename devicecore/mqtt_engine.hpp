// The MQTT 3.1.1 client engine: the agent's messages on one side, bytes of one link on the other. Knows codec, packet ids,
// acknowledgements, redelivery and keep-alive; knows nothing of bootstrap, topics or JSON.
//
// Requests push their actions (OpenLink, SendBytes, CloseLink, AbortLink on Leg::mqtt) into context.workspace.
// receive() handles at most one packet per call and returns what the agent must hear, so nothing is ever called back:
//
//   while (!bytes.empty()) {
//     auto r = engine.receive(context, bytes);
//     bytes = bytes.subspan(r.consumed);
//     agent.step(context, r.event, requests);   // and obey its requests
//   }
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/limits.hpp"
#include "devicecore/mqtt_messages.hpp"
#include "devicecore/step_context.hpp"

namespace fleetsim::device {

/// monostate: nothing to tell.
using EngineEvent = std::variant<std::monostate, MqttOpened, MqttConnected, MqttSubscribed, MqttUnsubscribed, MqttAcknowledged,
                                 MqttMessage, MqttClosed>;

class MqttEngine {
 public:
  struct Received {
    std::size_t consumed = 0;
    EngineEvent event;
  };
  enum class PublishOutcome : std::uint8_t { sent, no_room, too_large, not_connected };

  // requests of the agent
  void open(const StepContext& context, const MqttOpen& request);
  void connect(const StepContext& context, const MqttConnect& request);
  PublishOutcome publish(const StepContext& context, const MqttPublish& request);
  PublishOutcome subscribe(const StepContext& context, const MqttSubscribe& request);
  PublishOutcome unsubscribe(const StepContext& context, const MqttUnsubscribe& request);
  void disconnect(const StepContext& context);
  void abort(const StepContext& context);

  // what happens to the link
  EngineEvent link_opened(const StepContext& context);
  Received receive(const StepContext& context, ByteView bytes);
  EngineEvent link_closed(const StepContext& context, LinkEnd end);
  /// Redelivery, PINGREQ, and the watch over PINGRESP and SUBACK. MqttClosed follows a given-up link when the shell confirms it.
  void deadline_reached(const StepContext& context);
  Instant next_deadline() const;

  void release(BlockPool& pool);
};

}  // namespace fleetsim::device
