// What time does: publishes are sent again, pings leave, and a peer that does not answer is given up.
#include <algorithm>
#include <chrono>
#include <cstring>

#include "devicecore/mqtt_engine.hpp"

namespace fleetsim::device {

void MqttEngine::deadline_reached(const StepContext& context) {
  begin_step(context);
  if (!message_in_use(context)) reader_.release_packet(context.pool);
  if (abort_owed_) abort(context);
  if (state_ != State::connected) return;
  if (answer_overdue(context.now)) {
    give_up(context, MqttFault::ping_timeout);
    return;
  }
  owe_overdue(context.now);
  send_owed(context);
  send_due_ping(context);
}

Instant MqttEngine::next_deadline() const {
  if (abort_owed_ || reader_.holds_packet()) return seen_;
  if (state_ != State::connected) return kNever;
  if (publishes_.any_owed()) return seen_;
  const std::chrono::milliseconds retry{retry_ms_};
  const std::chrono::milliseconds response{response_ms_};
  Instant next = kNever;
  for (const WaitingPublish& publish : publishes_) next = std::min<Instant>(next, publish.sent.expand(seen_) + retry);
  for (std::size_t slot = 0; slot < SubscribeTable::capacity; ++slot)
    if (subscribes_.used(slot)) next = std::min<Instant>(next, subscribes_.sent(slot).expand(seen_) + response);
  if (ping_after_ms_ == 0) return next;
  const bool waits = pings_unanswered_ > 0 && !pings_by_clock_;
  return std::min<Instant>(next, waits ? ping_sent_.expand(seen_) + response : ping_due());
}

bool MqttEngine::answer_overdue(Instant now) const {
  const std::uint32_t patience = pings_by_clock_ ? ping_after_ms_ : response_ms_;
  const std::uint8_t most = pings_by_clock_ ? limits::pings_unanswered_max : std::uint8_t{1};
  if (pings_unanswered_ >= most && ping_sent_.elapsed_ms(now) >= patience) return true;
  for (std::size_t slot = 0; slot < SubscribeTable::capacity; ++slot)
    if (subscribes_.used(slot) && subscribes_.sent(slot).elapsed_ms(now) >= response_ms_) return true;
  return false;
}

void MqttEngine::owe_overdue(Instant now) {
  for (WaitingPublish& publish : publishes_)
    if (publish.sent.elapsed_ms(now) >= retry_ms_) publishes_.owe(publish);
}

/// Sends again what is owed, in order, as far as the workspace reaches without its last `scratch_reserve` bytes; next_deadline() sees
/// to the rest.
void MqttEngine::send_owed(const StepContext& context, std::size_t scratch_reserve) {
  if (!publishes_.any_owed()) return;
  for (WaitingPublish& publish : publishes_) {
    if (!publish.owed()) continue;
    std::uint8_t* const packet = publish.packet();
    const auto header = mqtt::decode_fixed_header({packet, mqtt::fixed_header_bytes_max});
    const std::size_t bytes = header->packet_bytes();
    if (!context.workspace.can_send(bytes + scratch_reserve)) return;
    std::memcpy(context.workspace.scratch().data(), packet, bytes);
    send(context, bytes);
    mqtt::mark_duplicate({packet, bytes});  // the next time
    publishes_.paid(publish, CoarseTime::of(context.now));
  }
}

void MqttEngine::send_due_ping(const StepContext& context) {
  const bool waits = pings_unanswered_ > 0 && !pings_by_clock_;
  if (ping_after_ms_ == 0 || waits || context.now < ping_due()) return;
  if (!context.workspace.can_send(mqtt::pingreq_bytes)) return;
  send(context, mqtt::encode_pingreq(context.workspace.scratch()));
  ping_sent_ = CoarseTime::of(context.now);
  ++pings_unanswered_;
}

/// By the clock, or three quarters of keep-alive after the quieter direction fell silent: see the header for why.
Instant MqttEngine::ping_due() const {
  if (pings_by_clock_) return ping_sent_.expand(seen_) + std::chrono::milliseconds{ping_after_ms_};
  const Instant quiet_since = std::min(last_sent_.expand(seen_), last_received_.expand(seen_));
  return quiet_since + std::chrono::milliseconds{ping_after_ms_};
}

}  // namespace fleetsim::device
