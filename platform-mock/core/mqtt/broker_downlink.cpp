// What goes down to devices: replies, messages of the platform's users, and thing/bootstrap/notify. QoS 1 is kept until acknowledged.
//
// A kept session (clean session 0) collects QoS 1 messages while its device is offline; a clean one collects nothing. When the queue is
// full the newest message is refused: the sender learns of it at once, and what the device was promised stays whole and in order.
#include <algorithm>
#include <utility>

#include "platform-mock/core/mqtt/broker.hpp"
#include "platform-mock/core/mqtt/encoder.hpp"
#include "platform-mock/core/mqtt/topic_filter.hpp"
#include "platform-mock/core/mqtt/topic_rules.hpp"

namespace fleetsim::platform::mqtt {

bool Broker::publish_to_device(DeviceIndex device, const Publish& message, const Turn& turn) {
  if (device.value >= parts_.registry.device_count()) return false;
  if (parts_.registry.device(device).is_awaited()) return false;  // whoever sends is at its new place, its session is not
  const DeviceNames names = names_of(device);
  const bool is_topic = !message.topic.empty() && message.topic.find_first_of("+#") == std::string_view::npos &&
                        is_mqtt_text(message.topic) && message.topic.size() <= publish_overhead_bytes &&
                        message.payload.size() <= parts_.config.limits.payload_bytes;
  if (!is_topic || !may_subscribe(names, message.topic)) return false;
  Session* found = session_for(device);
  if (found == nullptr) return false;
  Session& session = *found;
  if (documented()) {
    session.rates().advance_to(turn.now);
    if (++session.rates().downlink > parts_.config.limits.downlink_per_second_per_device) {
      reached(LimitKind::downlink_per_second_per_device);
      drop_downlink(session, DropReason::downlink_rate, turn);
      return false;
    }
    if (++rates_of(session.account, turn.now).downlink > parts_.config.limits.downlink_per_second_per_account) {
      reached(LimitKind::downlink_per_second_per_account);
      drop_downlink(session, DropReason::downlink_rate, turn);
      return false;
    }
  }
  return deliver(session, names, message, MessageKind::ordinary, turn);
}

/// Somebody may send to a device that takes nothing for hours: each is counted, one event a second tells us.
void Broker::drop_downlink(Session& session, DropReason reason, const Turn& turn) {
  session.rates().advance_to(turn.now);
  if (std::exchange(session.rates().downlink_drop_reported, true)) {
    ++parts_.statistics.publishes_dropped;
    parts_.counts.dropped(reason);
  } else {
    drop(session, reason, turn);
  }
}

/// Its own session, connected or kept; else its gateway's. Null: there is none.
Session* Broker::session_for(DeviceIndex device) {
  if (Session* own = state_of(device).current.get()) return own;
  const auto gateway = online_sub_devices_.gateway_of(device);
  return gateway ? state_of(*gateway).current.get() : nullptr;
}

/// Sends or keeps the message if the session is subscribed to its topic. False: it went nowhere. The platform has it that the
/// publisher's QoS counts, not the one granted to the subscription.
bool Broker::deliver(Session& session, const DeviceNames& names, const Publish& message, MessageKind kind, const Turn& turn) {
  if (!session.receives(names, message.topic, turn.now)) return false;
  if (message.qos != qos_at_most_once) return keep(session, message, kind, turn);
  const bool may_send = session.link != nullptr && (session.access == SessionAccess::full || kind == MessageKind::notify);
  if (!may_send) return false;
  encode_publish(message, packet_scratch_);
  put(*session.link, packet_scratch_, turn);
  return true;
}

bool Broker::keep(Session& session, const Publish& message, MessageKind kind, const Turn& turn) {
  const bool may_send = session.access == SessionAccess::full || kind == MessageKind::notify;
  if (session.clean && (session.link == nullptr || !may_send)) return false;
  if (session.downlink == nullptr) session.downlink = std::make_unique<Downlink>();
  Downlink& downlink = *session.downlink;
  // A notify is let in past the limit: a device with a full queue could not be moved away otherwise, and it is one message a job.
  const Limits& limits = parts_.config.limits;
  const std::size_t bytes = message.topic.size() + message.payload.size();
  const bool has_room =
      downlink.waiting.size() < limits.offline_queue_per_device && downlink.bytes + bytes <= limits.offline_queue_bytes_per_device;
  if (kind != MessageKind::notify && !has_room) {
    const bool too_many = downlink.waiting.size() >= limits.offline_queue_per_device;
    reached(too_many ? LimitKind::offline_queue_per_device : LimitKind::offline_queue_bytes_per_device);
    drop_downlink(session, DropReason::queue_full, turn);
    return false;
  }
  downlink.bytes += bytes;
  downlink.waiting.push_back({.topic = std::string(message.topic),
                              .payload = {message.payload.begin(), message.payload.end()},
                              .kept_since = turn.now,
                              .packet_id = 0,
                              .kind = kind});
  const bool waits_for_room =
      session.link != nullptr && may_send && downlink.in_flight.size() >= parts_.config.limits.unacknowledged_per_device;
  if (waits_for_room) reached(LimitKind::unacknowledged_per_device);
  // What a device must hear to move on does not wait behind what its session here will never be sent.
  if (kind == MessageKind::notify) downlink.waiting.splice(downlink.waiting.begin(), downlink.waiting, std::prev(downlink.waiting.end()));
  send_waiting(session, turn);
  return true;
}

void Broker::send_waiting(Session& session, const Turn& turn) {
  if (session.link == nullptr || session.downlink == nullptr) return;
  Downlink& downlink = *session.downlink;
  while (!downlink.waiting.empty()) {
    KeptMessage& next = downlink.waiting.front();
    const bool has_room = downlink.in_flight.size() < parts_.config.limits.unacknowledged_per_device;
    const bool may_send = has_room && session.access == SessionAccess::full;
    if (!may_send && next.kind != MessageKind::notify) break;
    if (!session.has_free_packet_id()) break;
    const bool expired = turn.now - next.kept_since > parts_.config.limits.message_retention;
    if (!expired) {
      next.packet_id = session.take_packet_id();
      send_kept(session, next, Delivery::first, turn);
      downlink.in_flight.splice(downlink.in_flight.end(), downlink.waiting, downlink.waiting.begin());
    } else {
      reached(LimitKind::message_retention);
      downlink.bytes -= next.bytes();
      downlink.waiting.pop_front();
    }
  }
  if (downlink.empty()) session.downlink.reset();
}

void Broker::send_kept(const Session& session, const KeptMessage& message, Delivery delivery, const Turn& turn) {
  const Publish packet{.topic = message.topic,
                       .payload = message.payload,
                       .packet_id = message.packet_id,
                       .qos = qos_at_least_once,
                       .retain = false,
                       .duplicate = delivery == Delivery::again};
  encode_publish(packet, packet_scratch_);
  put(*session.link, packet_scratch_, turn);
}

/// An acknowledgement of what is not in flight is ignored: it may be the second one of a message that was sent twice.
void Broker::acknowledged(Session& session, std::uint16_t packet_id, const Turn& turn) {
  if (session.downlink == nullptr) return;
  std::list<KeptMessage>& in_flight = session.downlink->in_flight;
  const auto done =
      std::find_if(in_flight.begin(), in_flight.end(), [packet_id](const KeptMessage& message) { return message.packet_id == packet_id; });
  if (done != in_flight.end()) {
    session.downlink->bytes -= done->bytes();
    in_flight.erase(done);
  }
  send_waiting(session, turn);
}

void Broker::notify_again(DeviceIndex device, const Turn& turn) {
  DeviceState& state = state_of(device);
  if (state.current != nullptr && state.current->link != nullptr) {
    state.current->notify_sent = false;
    notify_if_due(*state.current, turn);
    return;
  }
  // A sub-device hears it through its gateway, before the end of the step takes it off there.
  const auto gateway = online_sub_devices_.gateway_of(device);
  if (!gateway) return;
  Session& session = *state_of(*gateway).current;
  if (const Handover* handover = moving_away(device, session.instance)) send_notify(session, device, *handover, turn);
}

/// The handover that takes the device away from an instance; null when there is none.
const Handover* Broker::moving_away(DeviceIndex device, InstanceIndex from) const {
  const auto* handover = std::get_if<Handover>(&parts_.registry.device(device).placement);
  return handover != nullptr && handover->source == from ? handover : nullptr;
}

void Broker::notify_if_due(Session& session, const Turn& turn) {
  const Handover* handover = moving_away(session.device, session.instance);
  if (handover == nullptr || session.notify_sent || session.link == nullptr) return;
  session.notify_sent = send_notify(session, session.device, *handover, turn);
}

bool Broker::send_notify(Session& session, DeviceIndex device, const Handover& handover, const Turn& turn) {
  const DeviceNames names = names_of(device);
  std::string& text = text_scratch_;
  text.assign("/sys/").append(names.product_key).append("/").append(names.device_name).append("/thing/bootstrap/notify");
  const std::size_t topic_bytes = text.size();
  text.append(R"({"id":")");
  append_number(text, static_cast<std::int64_t>(next_notify_id_));
  text.append(R"(","version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":0}})");
  const std::string_view whole = text;
  const Publish message{.topic = whole.substr(0, topic_bytes),
                        .payload = bytes_of(whole.substr(topic_bytes)),
                        .packet_id = 0,
                        .qos = std::min(parts_.config.notify_qos, qos_at_least_once),
                        .retain = false,
                        .duplicate = false};
  if (!deliver(session, names, message, MessageKind::notify, turn)) return false;
  // The documents give the id the range of 32 bits.
  next_notify_id_ = next_notify_id_ == 0xffffffffU ? 1 : next_notify_id_ + 1;
  parts_.distribution.note(device, HandoverStep::notified);
  ++parts_.statistics.notifies_sent;
  ++counts_at(session.instance).notifies_sent;
  PlatformEvent event = device == session.device ? about(PlatformEventKind::notify_sent, session)
                                                 : about_sub_device(PlatformEventKind::notify_sent, device, session);
  event.job = parts_.distribution.job(handover.job).id;
  turn.output.event(event);
  return true;
}

}  // namespace fleetsim::platform::mqtt
