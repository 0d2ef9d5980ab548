#include "platform-mock/core/mqtt/broker.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "platform-mock/core/mqtt/encoder.hpp"
#include "platform-mock/core/mqtt/topic_rules.hpp"

namespace fleetsim::platform::mqtt {

Broker::Broker(const Parts& parts)
    : parts_(parts),
      calls_(parts.config.limits.open_calls),
      services_({.config = parts.config,
                 .hmac = parts.hmac,
                 .registry = parts.registry,
                 .things = parts.things,
                 .configs = parts.configs,
                 .registration = parts.registration,
                 .upgrades = parts.upgrades,
                 .calls = calls_,
                 .lines = *this,
                 .limits = parts.counts.limits,
                 .data = {},
                 .topic = {},
                 .payload = {}}) {}

void Broker::received(Link& link, ByteView bytes, const Turn& turn) {
  if (link.unanswered) return;
  for (;;) {
    const Decoded decoded = next_packet(link, bytes);
    switch (decoded.status) {
      case DecodeStatus::incomplete:
        return;
      case DecodeStatus::malformed:
        if (decoded.too_large) reached(LimitKind::mqtt_packet_bytes);
        violate(link, decoded.reason, turn);
        return;
      case DecodeStatus::packet:
        break;
    }
    // The packet's views may point into the split buffer: it outlives the link until the packet is dealt with.
    SplitBuffers::Buffer split = std::move(link.split);
    link.last_packet = turn.now;
    const Flow flow = handle(link, decoded.packet, turn);
    split_buffers_.give_back(std::move(split));
    if (flow == Flow::link_is_gone || link.unanswered) return;
  }
}

/// Decodes in place what is whole; copies only a packet that is cut, and of that no more than belongs to it.
Decoded Broker::next_packet(Link& link, ByteView& bytes) {
  const std::size_t bytes_max =
      link.session == nullptr ? parts_.config.limits.connect_packet_bytes : parts_.config.limits.payload_bytes + publish_overhead_bytes;
  const DecodeLimits limits{.packet_bytes_max = bytes_max};
  if (link.split == nullptr) {
    const Decoded decoded = decode(bytes, limits);
    if (decoded.status == DecodeStatus::packet) bytes = bytes.subspan(decoded.size);
    if (decoded.status != DecodeStatus::incomplete || bytes.empty()) return decoded;
    link.split = split_buffers_.take();
  }
  for (;;) {
    const Decoded decoded = decode(*link.split, limits);
    if (decoded.status != DecodeStatus::incomplete || bytes.empty()) return decoded;
    const std::size_t missing = decoded.size == 0 ? 1 : decoded.size - link.split->size();
    const ByteView more = bytes.first(std::min(missing, bytes.size()));
    link.split->insert(link.split->end(), more.begin(), more.end());
    bytes = bytes.subspan(more.size());
  }
}

Broker::Flow Broker::handle(Link& link, const Packet& packet, const Turn& turn) {
  if (link.session != nullptr) return handle_online(link, packet, turn);
  if (link.registered) return handle_registered(link, packet, turn);
  if (const auto* wanted = std::get_if<Connect>(&packet)) return connect(link, *wanted, turn);
  if (std::holds_alternative<UnsupportedConnect>(packet))
    return refuse(link, {.code = connack_bad_protocol_version, .reason = "protocol version is not served", .device = {}}, turn);
  return violate(link, "first packet is not CONNECT", turn);
}

Broker::Flow Broker::handle_online(Link& link, const Packet& packet, const Turn& turn) {
  // A subscription that took its time may be there now.
  if (parts_.config.subscribe_delay > Duration::zero()) notify_if_due(*link.session, turn);
  if (const auto* message = std::get_if<Publish>(&packet)) return publish(link, *message, turn);
  if (const auto* acknowledgement = std::get_if<PubAck>(&packet)) {
    acknowledged(*link.session, acknowledgement->packet_id, turn);
    return Flow::goes_on;
  }
  if (const auto* release = std::get_if<PubRel>(&packet)) {
    link.session->release_qos2(release->packet_id);
    put(link, encode_pubcomp(release->packet_id), turn);
    return Flow::goes_on;
  }
  if (std::holds_alternative<PingRequest>(packet)) {
    put(link, encode_pingresp(), turn);
    return Flow::goes_on;
  }
  if (const auto* filters = std::get_if<Subscribe>(&packet)) return subscribe(link, *filters, turn);
  if (const auto* filters = std::get_if<Unsubscribe>(&packet)) return unsubscribe(link, *filters, turn);
  if (std::holds_alternative<Disconnect>(packet)) {
    link.will.reset();
    close(link, "Device disconnect", turn);
    return Flow::link_is_gone;
  }
  return violate(link, "second CONNECT", turn);
}

Broker::Flow Broker::violate(Link& link, std::string_view reason, const Turn& turn) {
  PlatformEvent event;
  if (link.session != nullptr) event = about(PlatformEventKind::protocol_violation, *link.session);
  event.kind = PlatformEventKind::protocol_violation;
  event.instance = parts_.registry.instance(link.instance).config.id.view();
  event.region = parts_.registry.instance(link.instance).config.region.view();
  event.reason = reason;
  event.peer = link.peer;
  ++counts_at(link.instance).violations;
  turn.output.event(event);
  close(link, "Connection occurs exception", turn);
  return Flow::link_is_gone;
}

void Broker::close(Link& link, std::string_view reason, const Turn& turn) {
  const ConnectionId id = link.id;
  detach(link, reason, turn);
  turn.output.close(id, CloseMode::after_flush);
}

void Broker::closed_by_peer(Link& link, const Turn& turn) { detach(link, "Connection reset by peer", turn); }

/// Takes the link away from its session and from the tables; the session lives on when it is a kept one. Destroys the link.
void Broker::detach(Link& link, std::string_view reason, const Turn& turn) {
  const ConnectionId id = link.id;
  const std::unique_ptr<StoredWill> will = std::move(link.will);
  if (Session* session = link.session; session != nullptr) {
    PlatformEvent event = about(PlatformEventKind::device_disconnected, *session);
    event.reason = reason;
    event.peer = link.peer;
    session->link = nullptr;
    link.session = nullptr;
    --parts_.statistics.sessions_online;
    --counts_at(session->instance).sessions_online;
    turn.output.event(event);
    if (session->access == SessionAccess::full) parts_.things.went_offline(session->device, session->place(), unix_ms(turn.now));
    if (state_of(session->device).current.get() == session) log_out_all(session->device, "Gateway disconnect", turn);
    if (will != nullptr && session->access == SessionAccess::full) {
      const Publish message{
          .topic = will->topic, .payload = will->payload, .packet_id = 0, .qos = will->qos, .retain = will->retain, .duplicate = false};
      if (may_publish(names_of(session->device), will->topic)) route(*session, session->device, message, turn);
    }
    const bool is_leftover = state_of(session->device).leftover.get() == session;
    if (session->clean || is_leftover) discard(*session);
  }
  split_buffers_.give_back(std::move(link.split));
  parts_.deadlines.clear(id.slot);
  parts_.connections.remove(id);
}

void Broker::discard(const Session& session) {
  DeviceState& state = state_of(session.device);
  if (state.leftover.get() == &session) {
    state.leftover.reset();
  } else {
    state.current.reset();
  }
}

void Broker::deadline_reached(Link& link, const Turn& turn) {
  if (turn.now >= link.closes_at) {
    if (link.unanswered) {
      close(link, "never answered", turn);
    } else if (link.session == nullptr) {
      reached(LimitKind::connect_packet_timeout);
      violate(link, "no CONNECT in time", turn);
    } else {
      close(link, "Distributed to another instance", turn);
    }
    return;
  }
  if (turn.now >= link.keep_alive_ends()) {
    close(link, "Keepalive timeout", turn);
    return;
  }
  arm(link);
}

/// The link's last word may be about a device that has a newer session: only the one that is the device's current one counts.
bool Broker::is_online(DeviceIndex device) const {
  const bool is_connected =
      device.value < devices_.size() && devices_[device.value].current != nullptr && devices_[device.value].current->link != nullptr;
  return is_connected || online_sub_devices_.gateway_of(device).has_value();
}

std::int64_t Broker::unix_ms(Instant now) const {
  return unix_epoch_ms_ + std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
}

void Broker::drain(const Turn& turn) {
  draining_ = true;
  for (const ConnectionId id : parts_.connections.ids()) {
    Connection* connection = parts_.connections.find(id);
    if (connection == nullptr || connection->mqtt == nullptr || connection->mqtt->session == nullptr) continue;
    close(*connection->mqtt, "Platform is shutting down", turn);
  }
}

void Broker::end_sessions(DeviceIndex device, std::string_view reason, const Turn& turn) {
  if (device.value >= devices_.size()) return;
  for (auto which : {&DeviceState::leftover, &DeviceState::current})
    if (const auto& session = devices_[device.value].*which; session != nullptr && session->link != nullptr)
      close(*session->link, reason, turn);
  devices_[device.value] = {};
  retained_.erase(device);
}

Broker::DeviceState& Broker::state_of(DeviceIndex device) {
  if (device.value >= devices_.size()) devices_.resize(std::max<std::size_t>(parts_.registry.device_count(), device.value + 1));
  return devices_[device.value];
}

Broker::AccountRates& Broker::rates_of(AccountIndex account, Instant now) {
  if (account.value >= accounts_.size()) accounts_.resize(std::max<std::size_t>(parts_.registry.account_count(), account.value + 1));
  AccountRates& rates = accounts_[account.value];
  const std::int64_t second = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  if (rates.second != second) rates = {.second = second};
  return rates;
}

DeviceNames Broker::names_of(DeviceIndex device) const {
  const DeviceRecord& record = parts_.registry.device(device);
  return {.product_key = parts_.registry.product(record.product).config.key.view(), .device_name = record.name};
}

PlatformEvent Broker::about(PlatformEventKind kind, const Session& session) const {
  const DeviceNames names = names_of(session.device);
  const InstanceConfig& instance = parts_.registry.instance(session.instance).config;
  PlatformEvent event;
  event.kind = kind;
  event.product_key = names.product_key;
  event.device_name = names.device_name;
  event.device = session.device.value;
  event.instance = instance.id.view();
  event.region = instance.region.view();
  if (session.link != nullptr) event.peer = session.link->peer;
  return event;
}

}  // namespace fleetsim::platform::mqtt
