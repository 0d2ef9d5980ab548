// What devices send: PUBLISH with its limits and topic rules, SUBSCRIBE and UNSUBSCRIBE.
#include <algorithm>
#include <array>

#include "platform-mock/core/mqtt/broker.hpp"
#include "platform-mock/core/mqtt/encoder.hpp"
#include "platform-mock/core/mqtt/topic_filter.hpp"
#include "platform-mock/core/mqtt/topic_rules.hpp"

namespace fleetsim::platform::mqtt {
namespace {

constexpr std::string_view notify_reply_tail = "thing/bootstrap/notify_reply";

/// For people; the names of the reasons are for machines.
std::string_view words_for(DropReason reason) {
  switch (reason) {
    case DropReason::uplink_rate:
      return "device, its connection or its account sends faster than its rate";
    case DropReason::foreign_topic:
      return "topic is not the device's own";
    case DropReason::topic_form:
      return "topic is too long or too deep";
    case DropReason::moving_away:
      return "device is being moved away: only its notify_reply is taken here";
    case DropReason::bad_notify_reply:
      return "notify_reply is not a JSON object with a code";
    case DropReason::downlink_rate:
      return "more messages to the device or its account than their rate";
    case DropReason::queue_full:
      return "queue of the device is full";
  }
  return {};
}

}  // namespace

Broker::Flow Broker::publish(Link& link, const Publish& packet, const Turn& turn) {
  Session& session = *link.session;
  ++parts_.statistics.publishes_received;
  ++counts_at(session.instance).publishes_received;
  if (packet.qos == qos_exactly_once && parts_.config.publish_qos2 == PublishQos2::close)
    return violate(link, "PUBLISH with QoS 2 is not served", turn);
  if (packet.payload.size() > parts_.config.limits.payload_bytes) {
    reached(LimitKind::mqtt_packet_bytes);
    return violate(link, "packet is larger than the limit", turn);
  }
  auto speaker = speaker_of(session, packet.topic);
  if (!speaker) speaker = parted_speaker_of(session, packet.topic, turn.now);
  const bool foreign = !speaker;
  if (foreign && parts_.config.topic_violation == TopicViolation::disconnect)
    return violate(link, "PUBLISH to a topic that is not the device's own", turn);

  // MQTT 3.1.1 §3.3.5 leaves only this or closing: what is dropped is acknowledged all the same.
  if (packet.qos == qos_at_least_once && !parts_.config.planted_bugs.pubacks_forgotten) put(link, encode_puback(packet.packet_id), turn);
  if (packet.qos == qos_exactly_once) {
    put(link, encode_pubrec(packet.packet_id), turn);
    const std::size_t ids_max = parts_.config.limits.received_qos2_per_device;
    const bool is_full = session.received_qos2.size() >= ids_max;
    if (!session.receive_qos2(packet.packet_id, ids_max)) return Flow::goes_on;
    if (is_full) reached(LimitKind::received_qos2_per_device);
  }

  const auto limit = over_rate(session, packet, turn.now);
  if (limit) reached(*limit);
  if (limit || throttled(session, turn)) {
    drop(session, DropReason::uplink_rate, turn);
    return Flow::goes_on;
  }
  if (!within_topic_limits(parts_.config.limits, packet.topic)) {
    reached(LimitKind::topic);
    drop(session, DropReason::topic_form, turn);
  } else if (foreign) {
    drop_foreign(session, packet, turn);
  } else {
    route(session, *speaker, packet, turn);
  }
  return Flow::goes_on;
}

/// Whose topic it is: the device's own, or that of a sub-device that is online through it.
std::optional<DeviceIndex> Broker::speaker_of(const Session& session, std::string_view topic) const {
  if (may_publish(names_of(session.device), topic)) return session.device;
  if (online_sub_devices_.sub_devices_of(session.device).empty()) return std::nullopt;
  const auto names = names_in(topic);
  if (!names) return std::nullopt;
  const auto sub_device = parts_.registry.find_device(names->product_key, names->device_name);
  if (!sub_device || !online_sub_devices_.has(session.device, *sub_device) || !may_publish(*names, topic)) return std::nullopt;
  return sub_device;
}

/// A sub-device that was moved away from behind this gateway is gone from there at once, but replies to its notify first.
std::optional<DeviceIndex> Broker::parted_speaker_of(const Session& session, std::string_view topic, Instant now) const {
  if (parted_.empty()) return std::nullopt;
  const auto cut = cut_at_names(topic);
  if (!cut || cut->prefix != "/sys/" || cut->tail != notify_reply_tail) return std::nullopt;
  const auto sub_device = parts_.registry.find_device(cut->names.product_key, cut->names.device_name);
  const auto at = sub_device ? parted_.find(*sub_device) : parted_.end();
  const bool is_in_time = at != parted_.end() && at->second.gateway == session.device && now < at->second.until;
  return is_in_time ? sub_device : std::nullopt;
}

/// The limit that a message is one too many of.
std::optional<LimitKind> Broker::over_rate(Session& session, const Publish& packet, Instant now) {
  if (!documented()) return std::nullopt;
  const Limits& limits = parts_.config.limits;
  RateWindow& rates = session.rates();
  rates.advance_to(now);
  if (packet.qos == qos_at_most_once) {
    if (++rates.uplink_qos0 > limits.uplink_qos0_per_second_per_device) return LimitKind::uplink_qos0_per_second_per_device;
  } else if (++rates.uplink_qos1 > limits.uplink_qos1_per_second_per_device) {
    return LimitKind::uplink_qos1_per_second_per_device;
  }
  rates.uplink_bytes += packet.topic.size() + packet.payload.size();
  if (rates.uplink_bytes > limits.uplink_bytes_per_second_per_connection) return LimitKind::uplink_bytes_per_second_per_connection;
  if (++rates_of(session.account, now).uplink > limits.uplink_per_second_per_account) return LimitKind::uplink_per_second_per_account;
  return std::nullopt;
}

void Broker::drop(Session& session, DropReason reason, const Turn& turn) {
  ++parts_.statistics.publishes_dropped;
  parts_.counts.dropped(reason);
  if (reason == DropReason::uplink_rate) {
    // The platform does not tell the device; one event a second tells us.
    if (session.rates().throttle_reported) return;
    session.rates().throttle_reported = true;
  }
  PlatformEvent event = about(PlatformEventKind::publish_dropped, session);
  event.reason = words_for(reason);
  turn.output.event(event);
}

/// A gateway that speaks for a sub-device of its own that is not online hears so; anybody else is not answered.
void Broker::drop_foreign(Session& session, const Publish& packet, const Turn& turn) {
  drop(session, DropReason::foreign_topic, turn);
  if (parts_.things.topology().sub_devices_of(session.device).empty() || session.access != SessionAccess::full) return;
  const auto names = names_in(packet.topic);
  if (!names || !may_publish(*names, packet.topic)) return;
  const auto sub_device = parts_.registry.find_device(names->product_key, names->device_name);
  if (!sub_device || !parts_.things.topology().has(session.device, *sub_device)) return;
  services_.refuse({*sub_device, session.device, session.instance, *names, session.place(), packet.topic, packet.payload},
                   refusal(alink_code::no_sub_device_session, "the sub-device is not online"), turn);
}

/// Precondition: the topic is the speaker's own.
void Broker::route(Session& session, DeviceIndex speaker, const Publish& packet, const Turn& turn) {
  const DeviceNames names = names_of(speaker);
  if (system_tail(names, packet.topic) == notify_reply_tail) {
    take_notify_reply(session, speaker, packet, turn);
    return;
  }
  if (session.access == SessionAccess::notify_only) {
    drop(session, DropReason::moving_away, turn);
    return;
  }
  const Place place = speaker == session.device ? session.place() : parts_.registry.device(speaker).resides_at();
  if (services_.serve({speaker, session.device, session.instance, names, place, packet.topic, packet.payload}, turn, unix_ms(turn.now)))
    return;
  // The platform's own topics run one way only, so a device never hears itself there. A custom topic's direction is whatever its
  // product says, and a device that subscribes to what it publishes gets it, as from any broker.
  if (!is_custom_topic(names, packet.topic)) return;
  if (packet.retain && parts_.config.retain_honoured) retain(session, packet);
  const Publish echo{.topic = packet.topic,
                     .payload = packet.payload,
                     .packet_id = 0,
                     .qos = std::min(packet.qos, qos_at_least_once),
                     .retain = false,
                     .duplicate = false};
  deliver(session, names, echo, MessageKind::ordinary, turn);
}

void Broker::take_notify_reply(Session& session, DeviceIndex speaker, const Publish& packet, const Turn& turn) {
  const auto code = services_.reply_code(packet.payload);
  if (!code) {
    drop(session, DropReason::bad_notify_reply, turn);
    return;
  }
  ++parts_.statistics.notify_replies;
  parts_.distribution.note(speaker, HandoverStep::replied);
  PlatformEvent event = speaker == session.device ? about(PlatformEventKind::notify_replied, session)
                                                  : about_sub_device(PlatformEventKind::notify_replied, speaker, session);
  event.code = *code;
  turn.output.event(event);
}

void Broker::retain(const Session& session, const Publish& packet) {
  std::vector<Retained>& kept = retained_[session.device];
  std::erase_if(kept, [&packet](const Retained& message) { return message.topic == packet.topic; });
  if (packet.payload.empty()) return;
  if (kept.size() >= parts_.config.limits.retained_messages_per_device) {
    reached(LimitKind::retained_messages_per_device);
    return;
  }
  kept.push_back({.topic = std::string(packet.topic), .payload = {packet.payload.begin(), packet.payload.end()}});
}

Broker::Flow Broker::subscribe(Link& link, Subscribe packet, const Turn& turn) {
  Session& session = *link.session;
  if (parts_.config.filter_violation == FilterViolation::disconnect && names_foreign_filter(session, packet.filters))
    return violate(link, "SUBSCRIBE to a filter that is not the device's own", turn);
  Filters filters = packet.filters;
  codes_scratch_.clear();
  session.forget_gone_subscriptions(turn.now);
  for (std::uint32_t position = 0; !filters.empty(); ++position)
    codes_scratch_.push_back(grant(session, filters.next(), position, turn.now));
  encode_suback(packet.packet_id, codes_scratch_, packet_scratch_);
  put(link, packet_scratch_, turn);
  if (parts_.config.retain_honoured) send_retained(session, packet.filters, turn);
  notify_if_due(session, turn);
  return Flow::goes_on;
}

/// A gateway may listen for its sub-devices, also before they are online.
bool Broker::may_hear(const Session& session, std::string_view filter) const {
  if (may_subscribe(names_of(session.device), filter)) return true;
  if (parts_.things.topology().sub_devices_of(session.device).empty()) return false;
  const auto names = names_in(filter);
  const auto sub_device = names ? parts_.registry.find_device(names->product_key, names->device_name) : std::nullopt;
  return sub_device && parts_.things.topology().has(session.device, *sub_device) && may_subscribe(*names, filter);
}

bool Broker::names_foreign_filter(const Session& session, Filters filters) const {
  while (!filters.empty()) {
    const Filter filter = filters.next();
    if (!is_well_formed_filter(filter.text) || !may_hear(session, filter.text)) return true;
  }
  return false;
}

std::uint8_t Broker::grant(Session& session, const Filter& filter, std::uint32_t position, Instant now) {
  const Limits& limits = parts_.config.limits;
  if (documented() && position >= limits.filters_per_subscribe) return grant_nothing(LimitKind::filters_per_subscribe);
  if (!is_well_formed_filter(filter.text)) return suback_failure;
  // One that is ignored is granted, and nothing ever comes of it.
  if (!may_hear(session, filter.text))
    return parts_.config.filter_violation == FilterViolation::ignore ? std::min(filter.qos, qos_at_least_once) : suback_failure;
  if (!within_topic_limits(limits, filter.text)) return grant_nothing(LimitKind::topic);
  if (filter.qos == qos_exactly_once && parts_.config.subscribe_qos2 == SubscribeQos2::refuse) return suback_failure;
  const std::uint8_t granted = std::min(filter.qos, qos_at_least_once);
  if (Subscription* known = session.find_subscription(filter.text)) {
    known->granted_qos = granted;
    if (known->is_leaving) known->stay();
    return granted;
  }
  const std::size_t subscriptions_max = documented() ? limits.subscriptions_per_device : limits.subscriptions_per_device_hard;
  if (session.subscriptions.size() >= subscriptions_max) return grant_nothing(LimitKind::subscriptions_per_device);
  const Duration delay = parts_.config.subscribe_delay;
  session.subscribe(filter.text, granted, delay > Duration::zero() ? now + delay : Instant{});
  return granted;
}

std::uint8_t Broker::grant_nothing(LimitKind limit) {
  reached(limit);
  return suback_failure;
}

void Broker::send_retained(const Session& session, Filters filters, const Turn& turn) {
  const auto kept = retained_.find(session.device);
  if (kept == retained_.end() || session.access == SessionAccess::notify_only) return;
  while (!filters.empty()) {
    const Filter filter = filters.next();
    if (!is_well_formed_filter(filter.text)) continue;
    for (const Retained& message : kept->second) {
      if (!matches(filter.text, message.topic)) continue;
      const Publish packet{
          .topic = message.topic, .payload = message.payload, .packet_id = 0, .qos = 0, .retain = true, .duplicate = false};
      encode_publish(packet, packet_scratch_);
      put(*session.link, packet_scratch_, turn);
    }
  }
}

Broker::Flow Broker::unsubscribe(Link& link, Unsubscribe packet, const Turn& turn) {
  link.session->forget_gone_subscriptions(turn.now);
  while (!packet.filters.empty()) link.session->unsubscribe(packet.filters.next().text, turn.now, parts_.config.subscribe_delay);
  put(link, encode_unsuback(packet.packet_id), turn);
  return Flow::goes_on;
}

}  // namespace fleetsim::platform::mqtt
