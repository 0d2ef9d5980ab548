// What the broker does wrong on demand (core/misbehaviour): at a CONNECT, to packets on their way out, to what a device publishes.
#include <algorithm>
#include <chrono>

#include "platform-mock/core/mqtt/broker.hpp"
#include "platform-mock/core/mqtt/encoder.hpp"

namespace fleetsim::platform::mqtt {
namespace {

using misbehaviour::ConnectAnswer;
using misbehaviour::OutgoingPacket;
using misbehaviour::PacketKind;

constexpr std::uint8_t duplicate_bit = 0x08;
constexpr std::uint8_t qos_bits = 0x06;

/// Our own packet, so it is whole.
Publish publish_in(ByteView packet) {
  const Decoded decoded = decode(packet, {.packet_bytes_max = packet.size()});
  const auto* const found = std::get_if<Publish>(&decoded.packet);
  return decoded.status == DecodeStatus::packet && found != nullptr ? *found : Publish{};
}

PacketKind kind_of_message(std::string_view topic) {
  if (topic.ends_with("/thing/bootstrap/notify")) return PacketKind::notify;
  const bool is_reply = topic.ends_with("_reply") || topic.starts_with("/ext/ntp/") || topic.starts_with("/shadow/get/");
  return is_reply ? PacketKind::reply : PacketKind::message;
}

PacketKind kind_of(ByteView packet) {
  switch (packet[0] >> 4) {  // MQTT 3.1.1 §2.2.1
    case 2:
      return PacketKind::connack;
    case 3:
      return kind_of_message(publish_in(packet).topic);
    case 4:
      return PacketKind::puback;
    case 9:
      return PacketKind::suback;
    case 11:
      return PacketKind::unsuback;
    case 13:
      return PacketKind::pingresp;
    default:
      return PacketKind::other;
  }
}

}  // namespace

misbehaviour::Subject Broker::subject_of(const Link& link, DeviceIndex device) const {
  const InstanceConfig& instance = parts_.registry.instance(link.instance).config;
  return {.device = device, .job = {}, .endpoint = instance.id.view(), .region = instance.region.view(), .peer = link.peer};
}

/// The answer that a device without misbehaviour would get is to accept it; nothing has been changed for it yet.
std::optional<Broker::Flow> Broker::misbehave_at_connect(Link& link, DeviceIndex device, ConnectAnswer& answer, const Turn& turn) {
  parts_.misbehaviour.act(answer, subject_of(link, device), {turn.now, turn.output});
  switch (answer.decision) {
    case ConnectAnswer::Decision::accept:
      return std::nullopt;
    case ConnectAnswer::Decision::refuse:
      return refuse(link, {.code = answer.code, .reason = "refused on demand", .device = device}, turn);
    case ConnectAnswer::Decision::stay_silent:
      link.unanswered = true;
      return Flow::goes_on;
    case ConnectAnswer::Decision::close:
      close(link, "closed on demand", turn);
      return Flow::link_is_gone;
  }
  return std::nullopt;
}

Broker::Flow Broker::end_session_later(Link& link, const ConnectAnswer& answer, const Turn& turn) {
  if (*answer.ends_after > Duration::zero()) {
    parts_.misbehaviour.late().end_at(turn.now + *answer.ends_after, link.id, answer.ending);
    return Flow::goes_on;
  }
  end(link, answer.ending, turn);
  return Flow::link_is_gone;
}

void Broker::end(Link& link, ConnectAnswer::Ending ending, const Turn& turn) {
  const bool kicks = ending == ConnectAnswer::Ending::kick && link.session != nullptr;
  if (kicks) return kick(*link.session, turn);
  close(link, "Connection occurs exception", turn);
}

void Broker::put_badly(const Link& link, ByteView packet, const Turn& turn) {
  OutgoingPacket out{.kind = kind_of(packet)};
  if (link.session != nullptr) parts_.misbehaviour.act(out, subject_of(link, link.session->device), {turn.now, turn.output});
  if (out.dropped) return;
  std::vector<std::uint8_t> bytes(packet.begin(), packet.end());
  if (out.payload) {
    Publish other = publish_in(packet);
    other.payload = bytes_of(*out.payload);
    std::vector<std::uint8_t> encoded;
    encode_publish(other, encoded);
    bytes = std::move(encoded);
  }
  send_or_hold(link, bytes, out, turn);
  if (out.right_one_after) send_or_hold(link, packet, {.kind = out.kind, .delay = out.delay + *out.right_one_after}, turn);
  if ((bytes[0] & qos_bits) != 0) bytes[0] |= duplicate_bit;
  for (std::uint32_t copy = 1; copy < out.copies; ++copy) send_or_hold(link, bytes, out, turn);
}

void Broker::send_or_hold(const Link& link, ByteView packet, const OutgoingPacket& how, const Turn& turn) {
  misbehaviour::LateOutput& late = parts_.misbehaviour.late();
  const Instant wanted = turn.now + how.delay;
  const Instant when = std::max(wanted, late.gate(link.id, turn.now).value_or(wanted));
  const bool holds_the_rest = how.kind == PacketKind::connack;
  const bool is_held =
      when > turn.now && (holds_the_rest ? late.send_and_hold(when, link.id, packet) : late.send_at(when, link.id, packet));
  if (!is_held) turn.output.send(link.id, packet);
}

bool Broker::throttled(const Session& session, const Turn& turn) {
  if (!parts_.misbehaviour.busy<misbehaviour::UplinkMessage>()) return false;
  const std::int64_t second = std::chrono::duration_cast<std::chrono::seconds>(turn.now.time_since_epoch()).count();
  return parts_.misbehaviour.throttles(subject_of(*session.link, session.device), second, {turn.now, turn.output});
}

}  // namespace fleetsim::platform::mqtt
