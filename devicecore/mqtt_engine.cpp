// What the agent asks of the engine, and what the shell tells it about the link itself.
#include "devicecore/mqtt_engine.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>

#include "devicecore/base/ensure.hpp"
#include "devicecore/mqtt_text.hpp"

namespace fleetsim::device {
namespace {

std::uint32_t milliseconds_of(Duration duration) {
  const std::int64_t ms = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();  // half the range of a coarse time
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(ms, 1, most));
}

template <class T>
Action action_of(const T& action) {
  return Action{std::in_place_type<T>, action};
}

}  // namespace

void MqttEngine::open(const StepContext& context, const MqttOpen& request) {
  begin_step(context);
  enter(State::opening);
  fault_ = MqttFault::none;
  ensure(context.workspace.push(action_of(OpenLink{Leg::mqtt, request.tls, request.port, request.host})));
}

void MqttEngine::connect(const StepContext& context, const MqttConnect& request) {
  begin_step(context);
  if (state_ != State::open) return;  // the link was lost, or given up, in this very step
  const std::size_t bytes = mqtt::encode_connect(request, context.workspace.scratch());
  if (bytes == 0 || !send(context, bytes)) {
    give_up(context, MqttFault::packet_too_large);
    return;
  }
  pings_by_clock_ = request.ping_every > Duration::zero();
  ping_after_ms_ = pings_by_clock_ ? milliseconds_of(request.ping_every) : std::uint32_t{request.keep_alive_s} * 750;
  retry_ms_ = milliseconds_of(request.publish_retry > Duration::zero() ? request.publish_retry : context.config.publish_retry);
  response_ms_ = milliseconds_of(context.config.response_timeout);
  enter(State::connecting);
}

MqttEngine::PublishOutcome MqttEngine::publish(const StepContext& context, const MqttPublish& request) {
  begin_step(context);
  if (state_ != State::connected) return PublishOutcome::not_connected;
  if (!mqtt::is_topic_name(request.topic)) return PublishOutcome::invalid;
  const std::size_t bytes = mqtt::publish_bytes(request);
  if (bytes == 0 || bytes > limits::scratch_bytes) return PublishOutcome::too_large;
  send_owed(context);  // older ones first: the order is kept even when room was short
  if (publishes_.any_owed() || !context.workspace.can_send(bytes)) return PublishOutcome::no_room;
  if (request.qos == Qos::at_least_once) return send_at_least_once(context, request, bytes);
  mqtt::encode_publish(request, 0, context.workspace.scratch());
  send(context, bytes);
  return PublishOutcome::sent;
}

MqttEngine::PublishOutcome MqttEngine::send_at_least_once(const StepContext& context, const MqttPublish& request, std::size_t bytes) {
  if (publishes_.full()) return PublishOutcome::no_room;
  const MutableBytes block = context.pool.acquire(sizeof(WaitingPublish) + bytes);
  if (block.empty()) return PublishOutcome::no_room;
  const mqtt::PacketId id = next_packet_id();
  const MutableBytes scratch = context.workspace.scratch();
  mqtt::encode_publish(request, id, scratch);
  std::uint8_t* const packet = publishes_.push(id, request.token, block.data(), CoarseTime::of(context.now)).packet();
  std::memcpy(packet, scratch.data(), bytes);
  send(context, bytes);
  mqtt::mark_duplicate({packet, bytes});  // the next time
  return PublishOutcome::sent;
}

MqttEngine::PublishOutcome MqttEngine::subscribe(const StepContext& context, const MqttSubscribe& request) {
  begin_step(context);
  const std::size_t bytes = mqtt::subscribe_bytes(request.filter);
  const PublishOutcome room = room_for_filter(context, request.filter, bytes);
  if (room != PublishOutcome::sent) return room;
  const mqtt::PacketId id = next_packet_id();
  mqtt::encode_subscribe(request.filter, request.qos, id, context.workspace.scratch());
  send(context, bytes);
  subscribes_.add(id, request.token, Kind::subscribe, CoarseTime::of(context.now));
  return PublishOutcome::sent;
}

MqttEngine::PublishOutcome MqttEngine::unsubscribe(const StepContext& context, const MqttUnsubscribe& request) {
  begin_step(context);
  const std::size_t bytes = mqtt::unsubscribe_bytes(request.filter);
  const PublishOutcome room = room_for_filter(context, request.filter, bytes);
  if (room != PublishOutcome::sent) return room;
  const mqtt::PacketId id = next_packet_id();
  mqtt::encode_unsubscribe(request.filter, id, context.workspace.scratch());
  send(context, bytes);
  subscribes_.add(id, request.token, Kind::unsubscribe, CoarseTime::of(context.now));
  return PublishOutcome::sent;
}

MqttEngine::PublishOutcome MqttEngine::room_for_filter(const StepContext& context, std::string_view filter, std::size_t bytes) const {
  if (state_ != State::connected) return PublishOutcome::not_connected;
  if (!mqtt::is_topic_filter(filter)) return PublishOutcome::invalid;
  if (bytes > limits::scratch_bytes) return PublishOutcome::too_large;
  if (subscribes_.full() || !context.workspace.can_send(bytes)) return PublishOutcome::no_room;
  return PublishOutcome::sent;
}

void MqttEngine::disconnect(const StepContext& context) {
  begin_step(context);
  if (state_ == State::idle || state_ == State::leaving) return;
  if (state_ == State::opening) {  // there is nothing to close in an orderly way yet
    leave(context, action_of(AbortLink{Leg::mqtt}));
    return;
  }
  if (state_ == State::connected) {
    const std::size_t bytes = mqtt::encode_disconnect(context.workspace.scratch());
    if (bytes != 0) send(context, bytes);
  }
  leave(context, action_of(CloseLink{Leg::mqtt}));
}

void MqttEngine::abort(const StepContext& context) {
  begin_step(context);
  if (state_ != State::idle) leave(context, action_of(AbortLink{Leg::mqtt}));
}

EngineEvent MqttEngine::link_opened(const StepContext& context) {
  begin_step(context);
  if (state_ != State::opening) return {};  // we have asked to leave meanwhile
  enter(State::open);
  return MqttOpened{};
}

EngineEvent MqttEngine::link_closed(const StepContext& context, LinkEnd end) {
  begin_step(context);
  if (state_ == State::idle) return {};
  enter(State::idle);
  reader_.reset(context.pool);
  subscribes_.clear();
  pings_unanswered_ = 0;
  abort_owed_ = false;
  return MqttClosed{end, fault_};
}

void MqttEngine::release(BlockPool& pool) {
  reader_.reset(pool);
  while (WaitingPublish* const publish = publishes_.oldest()) pool.release(publishes_.take(*publish));
}

void MqttEngine::enter(State next) {
  ensure(may_become(state_, next));
  state_ = next;
}

/// Every entry point begins here.
void MqttEngine::begin_step(const StepContext& context) { seen_ = context.now; }

/// `bytes` of scratch are written. Returns false when the workspace has no room, which callers that asked before may ignore.
bool MqttEngine::send(const StepContext& context, std::size_t bytes) {
  if (!context.workspace.send(Leg::mqtt, bytes)) return false;
  last_sent_ = CoarseTime::of(context.now);
  return true;
}

/// `how` is CloseLink or AbortLink. With no room for it an abort is owed, whatever was asked: late, an orderly end is worth nothing.
void MqttEngine::leave(const StepContext& context, const Action& how) {
  enter(State::leaving);
  pings_unanswered_ = 0;
  abort_owed_ = !context.workspace.push(how);
}

void MqttEngine::give_up(const StepContext& context, MqttFault fault) {
  fault_ = fault;
  leave(context, action_of(AbortLink{Leg::mqtt}));
}

/// At most 20 ids are ever in use, so a free one is near.
mqtt::PacketId MqttEngine::next_packet_id() {
  do {
    ++last_id_;
  } while (last_id_ == 0 || publishes_.find(last_id_) != nullptr || subscribes_.has(last_id_));
  return last_id_;
}

}  // namespace fleetsim::device
