// What the server sends: one packet at a time, each answered by an event, a PUBACK, or the end of the link.
#include <chrono>
#include <cstring>

#include "devicecore/mqtt_engine.hpp"

namespace fleetsim::device {
namespace {

// A packet may cost an answer and the end of the link.
constexpr std::size_t actions_per_packet_max = 2;

// What stays free in the scratch for replies when a message is copied there.
constexpr std::size_t scratch_reserve_bytes = std::size_t{4} * 1024;

}  // namespace

MqttEngine::Received MqttEngine::receive(const StepContext& context, ByteView bytes) {
  begin_step(context);
  if (state_ == State::idle || state_ == State::leaving || bytes.empty()) return {bytes.size(), {}};
  Workspace& workspace = context.workspace;
  if (workspace.actions_free() < actions_per_packet_max || workspace.scratch_free() < mqtt::puback_bytes) return {};
  if (message_in_use(context)) return {};
  last_received_ = CoarseTime::of(context.now);
  const PacketReader::Read read = reader_.next(bytes, context.pool);
  switch (read.status) {
    case PacketReader::Status::incomplete:
      return {read.consumed, {}};
    case PacketReader::Status::malformed:
      return {bytes.size(), protocol_error(context)};
    case PacketReader::Status::too_large:
      give_up(context, MqttFault::packet_too_large);
      return {bytes.size(), {}};
    case PacketReader::Status::packet:
      break;
  }
  const ByteView packet = reader_.holds_packet() ? move_to_scratch(context, read.packet) : read.packet;
  EngineEvent event = handle(context, packet);
  const bool lost = state_ == State::leaving;  // what follows a broken packet is not worth reading
  return {lost ? bytes.size() : read.consumed, event};
}

/// A split packet lies in a pool block, but its message must outlive this step. Most fit the scratch, and the block is free at once; a
/// larger one keeps its block until the next step, which next_deadline() then asks for.
ByteView MqttEngine::move_to_scratch(const StepContext& context, ByteView packet) {
  if (packet.size() + scratch_reserve_bytes > context.workspace.scratch_free()) {
    message_step_ = context.workspace.step();
    return packet;
  }
  const MutableBytes copy = context.workspace.keep(packet.size());
  std::memcpy(copy.data(), packet.data(), packet.size());
  reader_.release_packet(context.pool);
  return copy;
}

/// Whether actions of this step may still point into the block that the reader holds.
bool MqttEngine::message_in_use(const StepContext& context) const {
  return reader_.holds_packet() && message_step_ == context.workspace.step();
}

EngineEvent MqttEngine::handle(const StepContext& context, ByteView packet) {
  const Result<mqtt::ServerPacket, mqtt::DecodeError> decoded = mqtt::decode(packet);
  if (!decoded) return protocol_error(context);
  if (state_ == State::connected) return handle_connected(context, *decoded);
  // §3.2: the first packet of the server is the CONNACK; before our CONNECT there can be none at all.
  if (state_ != State::connecting || decoded->type != mqtt::PacketType::connack) return protocol_error(context);
  return handle_connack(context, *decoded);
}

EngineEvent MqttEngine::handle_connack(const StepContext& context, const mqtt::ServerPacket& packet) {
  if (packet.return_code != 0) {  // the server closes now (§3.2.2.3), and so do we
    leave(context, Action{std::in_place_type<CloseLink>, CloseLink{Leg::mqtt}});
    return MqttConnected{packet.return_code, false};
  }
  enter(State::connected);
  if (pings_by_clock_) ping_sent_ = CoarseTime::of(context.now - std::chrono::milliseconds{ping_after_ms_});  // the first is due now
  if (!packet.session_present) make_publishes_new();
  for (WaitingPublish& publish : publishes_) publishes_.owe(publish);
  // The agent may subscribe at once; without a notify it would never hear that it must move.
  send_owed(context, limits::received_scratch_bytes_max);
  return MqttConnected{0, packet.session_present};
}

/// §3.1.2.4: in a session of its own the server has never heard of them, and an id of the old session may be in use there.
void MqttEngine::make_publishes_new() {
  for (WaitingPublish& publish : publishes_) {
    std::uint8_t* const packet = publish.packet();
    const auto header = mqtt::decode_fixed_header({packet, mqtt::fixed_header_bytes_max});
    const mqtt::PacketId id = next_packet_id();
    mqtt::make_new({packet, header->packet_bytes()}, id);
    publish.id = id;
  }
}

EngineEvent MqttEngine::handle_connected(const StepContext& context, const mqtt::ServerPacket& packet) {
  switch (packet.type) {
    case mqtt::PacketType::publish:
      return handle_publish(context, packet);
    case mqtt::PacketType::puback:
      return handle_puback(context, packet);
    case mqtt::PacketType::suback:
    case mqtt::PacketType::unsuback:
      return handle_answer(context, packet);
    case mqtt::PacketType::pingresp:
      pings_unanswered_ = 0;  // one that nobody asked for does no harm
      return {};
    case mqtt::PacketType::connack:  // a second one, §3.2
    case mqtt::PacketType::connect:
    case mqtt::PacketType::pubrec:
    case mqtt::PacketType::pubrel:
    case mqtt::PacketType::pubcomp:
    case mqtt::PacketType::subscribe:
    case mqtt::PacketType::unsubscribe:
    case mqtt::PacketType::pingreq:
    case mqtt::PacketType::disconnect:
      break;
  }
  return protocol_error(context);
}

EngineEvent MqttEngine::handle_publish(const StepContext& context, const mqtt::ServerPacket& packet) {
  if (packet.qos > 1) return protocol_error(context);  // we never subscribe with QoS 2, and no more may come than was granted
  const Qos qos = packet.qos == 0 ? Qos::at_most_once : Qos::at_least_once;
  if (qos == Qos::at_least_once) {
    const std::size_t bytes = mqtt::encode_puback(packet.id, context.workspace.scratch());
    if (bytes == 0 || !send(context, bytes)) return protocol_error(context);
  }
  return MqttMessage{packet.topic, packet.payload, qos, packet.duplicate};
}

EngineEvent MqttEngine::handle_puback(const StepContext& context, const mqtt::ServerPacket& packet) {
  WaitingPublish* const publish = publishes_.find(packet.id);
  if (publish == nullptr) return {};  // both copies of a redelivered publish are acknowledged: the second finds nothing
  const Token token = publish->token;
  context.pool.release(publishes_.take(*publish));
  return MqttAcknowledged{token};
}

/// SUBACK or UNSUBACK. They are asked for once on one link, so an answer to nothing is the server's mistake.
EngineEvent MqttEngine::handle_answer(const StepContext& context, const mqtt::ServerPacket& packet) {
  const bool suback = packet.type == mqtt::PacketType::suback;
  const std::size_t slot = subscribes_.find(packet.id, suback ? Kind::subscribe : Kind::unsubscribe);
  if (slot == SubscribeTable::capacity) return protocol_error(context);
  if (suback && packet.payload.size() != 1) return protocol_error(context);  // one filter was asked for, MQTT-3.8.4-5
  const Token token = subscribes_.token(slot);
  subscribes_.erase(slot);
  if (suback) return MqttSubscribed{token, packet.payload.front()};
  return MqttUnsubscribed{token};
}

EngineEvent MqttEngine::protocol_error(const StepContext& context) {
  give_up(context, MqttFault::protocol_error);
  return {};
}

}  // namespace fleetsim::device
