// The MQTT 3.1.1 client engine: the agent's messages on one side, bytes of one link on the other. Knows codec, packet ids,
// acknowledgements, redelivery and keep-alive; knows nothing of bootstrap, topics or JSON.
//
// Requests push their actions (OpenLink, SendBytes, CloseLink, AbortLink on Leg::mqtt) into context.workspace.
// receive() handles at most one packet per call and returns what the agent must hear, so nothing is ever called back:
//
//   while (!bytes.empty()) {
//     auto r = engine.receive(context, bytes);
//     if (r.consumed == 0) break;               // the workspace is full: give the rest again in the next step
//     bytes = bytes.subspan(r.consumed);
//     agent.step(context, r.event, requests);   // and obey its requests
//   }
//
// Life of a link: open -> MqttOpened -> connect -> MqttConnected -> ... -> MqttClosed, which comes exactly once for every open,
// when the shell says LinkClosed; only then may open be called again. A refusal (MqttConnected with a code) closes the link by itself.
//
// A QoS 1 publish stays in the table until its PUBACK comes. On a link that stays up it is sent again with DUP after publish_retry;
// after a reconnect everything unacknowledged is sent again, in order: with DUP and its old packet id where the server kept the session
// (§4.4), and as a new message where it did not. Subscriptions in flight die with their link: subscribe again after MqttConnected.
//
// Keep-alive works both ways. PINGREQ leaves when for 3/4 of keep_alive either nothing was sent (the server may not wait longer than 1.5
// of it, and timers run late) or nothing was received (a sender of QoS 0 would never notice a dead peer). No answer to PINGREQ,
// SUBSCRIBE or UNSUBSCRIBE within response_timeout gives the link up with MqttFault::ping_timeout. With MqttConnect::ping_every a PINGREQ
// leaves right after CONNACK and then by the clock; when the one after limits::pings_unanswered_max unanswered ones is due, the link is
// given up.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/coarse_time.hpp"
#include "devicecore/limits.hpp"
#include "devicecore/mqtt_codec.hpp"
#include "devicecore/mqtt_link_state.hpp"
#include "devicecore/mqtt_messages.hpp"
#include "devicecore/mqtt_packet_reader.hpp"
#include "devicecore/publish_table.hpp"
#include "devicecore/step_context.hpp"
#include "devicecore/subscribe_table.hpp"

namespace fleetsim::device {

/// monostate: nothing to tell.
using EngineEvent =
    std::variant<std::monostate, MqttOpened, MqttConnected, MqttSubscribed, MqttUnsubscribed, MqttAcknowledged, MqttMessage, MqttClosed>;

class MqttEngine {
 public:
  struct Received {
    std::size_t consumed = 0;
    EngineEvent event;
  };
  /// no_room: try again when something was acknowledged, or in the next step. invalid: a topic or filter that MQTT forbids.
  enum class PublishOutcome : std::uint8_t { sent, no_room, too_large, not_connected, invalid };

  // requests of the agent

  /// Precondition: no link is open or closing, and the workspace has room for one action.
  void open(const StepContext& context, const MqttOpen& request);
  /// After MqttOpened. A request too large for the workspace gives the link up with MqttFault::packet_too_large.
  void connect(const StepContext& context, const MqttConnect& request);
  PublishOutcome publish(const StepContext& context, const MqttPublish& request);
  PublishOutcome subscribe(const StepContext& context, const MqttSubscribe& request);
  PublishOutcome unsubscribe(const StepContext& context, const MqttUnsubscribe& request);
  /// DISCONNECT when there is an MQTT connection, then an orderly close. Nothing happens without a link.
  void disconnect(const StepContext& context);
  /// Also cuts an orderly close short that takes too long.
  void abort(const StepContext& context);

  // what happens to the link
  EngineEvent link_opened(const StepContext& context);
  /// One packet at most. Consumes nothing only when the workspace has no room for an answer, or when a large message of this very step
  /// must be read by the shell first.
  Received receive(const StepContext& context, ByteView bytes);
  EngineEvent link_closed(const StepContext& context, LinkEnd end);
  /// Redelivery, PINGREQ, and the watch over PINGRESP and SUBACK. MqttClosed follows a given-up link when the shell confirms it.
  void deadline_reached(const StepContext& context);
  /// May lie in the past: then there is work that did not fit the last step.
  Instant next_deadline() const;

  /// Gives every block back and forgets every publish.
  void release(BlockPool& pool);

  std::size_t publishes_in_flight() const { return publishes_.size(); }
  MqttLinkState state() const { return state_; }

 private:
  using State = MqttLinkState;
  using Kind = SubscribeTable::Kind;

  void enter(State next);
  void begin_step(const StepContext& context);
  bool send(const StepContext& context, std::size_t bytes);
  void leave(const StepContext& context, const Action& how);
  void give_up(const StepContext& context, MqttFault fault);
  PublishOutcome send_at_least_once(const StepContext& context, const MqttPublish& request, std::size_t bytes);
  PublishOutcome room_for_filter(const StepContext& context, std::string_view filter, std::size_t bytes) const;
  mqtt::PacketId next_packet_id();
  void make_publishes_new();

  EngineEvent handle(const StepContext& context, ByteView packet);
  EngineEvent handle_connack(const StepContext& context, const mqtt::ServerPacket& packet);
  EngineEvent handle_connected(const StepContext& context, const mqtt::ServerPacket& packet);
  EngineEvent handle_publish(const StepContext& context, const mqtt::ServerPacket& packet);
  EngineEvent handle_puback(const StepContext& context, const mqtt::ServerPacket& packet);
  EngineEvent handle_answer(const StepContext& context, const mqtt::ServerPacket& packet);
  EngineEvent protocol_error(const StepContext& context);
  bool message_in_use(const StepContext& context) const;
  ByteView move_to_scratch(const StepContext& context, ByteView packet);

  void send_owed(const StepContext& context, std::size_t scratch_reserve = 0);
  void owe_overdue(Instant now);
  bool answer_overdue(Instant now) const;
  void send_due_ping(const StepContext& context);
  Instant ping_due() const;

  PublishTable publishes_;
  SubscribeTable subscribes_;
  PacketReader reader_;
  Instant seen_{};                  // time of the last step: what coarse times are read against
  std::uint32_t message_step_ = 0;  // Workspace::step() of the message whose block the reader holds
  CoarseTime last_sent_;
  CoarseTime last_received_;
  CoarseTime ping_sent_;
  std::uint32_t retry_ms_ = 0;
  std::uint32_t response_ms_ = 0;
  std::uint32_t ping_after_ms_ = 0;  // of silence, or since the last one when by the clock; 0: no pings
  mqtt::PacketId last_id_ = 0;
  State state_ = State::idle;
  MqttFault fault_ = MqttFault::none;
  std::uint8_t pings_unanswered_ = 0;
  bool pings_by_clock_ = false;
  bool abort_owed_ = false;  // the workspace had no room for the AbortLink
};

static_assert(sizeof(MqttEngine) <= 144, "the engine's share of limits::device_bytes_max");

}  // namespace fleetsim::device
