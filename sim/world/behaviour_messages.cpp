// PUBLISH packets between a core and its link: found whole, shown to the behaviour, and passed on, changed or kept back. The core is given
// the same bytes in the same steps as without; only a packet that arrives in pieces waits here until it is whole.
#include <algorithm>
#include <utility>

#include "devicecore/limits.hpp"
#include "devicecore/mqtt_codec.hpp"
#include "sim/world/behaviour_device.hpp"

namespace fleetsim::sim {
namespace {

using device::Leg;
namespace mqtt = device::mqtt;

struct FoundPacket {
  enum class State : std::uint8_t { whole, incomplete, unreadable } state = State::incomplete;
  std::size_t bytes = 0;  // of the packet, once its header is there
};

/// The packet at the front.
FoundPacket find_packet(ByteView bytes) {
  if (bytes.empty()) return {};
  const auto header = mqtt::decode_fixed_header(bytes);
  if (!header) return {FoundPacket::State::unreadable, 0};
  if (!header->complete()) return {};
  const std::size_t size = header->packet_bytes();
  if (size > device::BlockPool::largest_block_bytes) return {FoundPacket::State::unreadable, size};  // the core gives up here
  return {size <= bytes.size() ? FoundPacket::State::whole : FoundPacket::State::incomplete, size};
}

/// A packet that is no PUBLISH, or none that can be read, is the core's to judge.
std::optional<mqtt::ServerPacket> read_publish(ByteView packet) {
  if (packet.empty() || packet.front() >> 4 != static_cast<std::uint8_t>(mqtt::PacketType::publish)) return std::nullopt;
  const auto decoded = mqtt::decode(packet);
  if (!decoded) return std::nullopt;
  return *decoded;
}

/// The same message with another payload.
std::vector<std::uint8_t> with_payload(ByteView packet, const mqtt::ServerPacket& read, ByteView payload) {
  const device::MqttPublish publish{read.topic, payload, read.qos == 0 ? device::Qos::at_most_once : device::Qos::at_least_once, 0};
  std::vector<std::uint8_t> made(mqtt::publish_bytes(publish));
  mqtt::encode_publish(publish, read.id, made);
  if (!made.empty()) made.front() = packet.front();  // DUP and RETAIN stay
  return made;
}

bool has_room(const device::Workspace& workspace) {
  return workspace.actions_free() >= device::limits::received_actions_max &&
         workspace.scratch_free() >= device::limits::received_scratch_bytes_max;
}

void append(std::vector<std::uint8_t>& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

}  // namespace

void BehaviourDevice::forget_stream() {
  ++links_;
  held_.clear();
  passed_ = 0;
  judged_.reset();
  is_unreadable_ = false;
}

// The shell offers what is left of `bytes` again, with another random word, as it does to a core: so as much is consumed as a core would.
std::size_t BehaviourDevice::receive(const device::StepContext& context, ByteView bytes) {
  if (!hooks_.message && !hooks_.send) return give(context, device::LinkReceived{Leg::mqtt, bytes});
  if (!held_.empty()) return receive_rest_of_packet(context, bytes);
  if (passed_ == 0 && !judged_ && !is_unreadable_) look_ahead(context, bytes);
  if (passed_ > 0) {
    const std::size_t consumed = give(context, device::LinkReceived{Leg::mqtt, bytes.first(std::min(passed_, bytes.size()))});
    passed_ -= std::min(passed_, consumed);
    return consumed + (passed_ == 0 ? hold(context, bytes.subspan(consumed)) : 0);
  }
  if (judged_) {
    const Judged one = std::move(*judged_);
    judged_.reset();
    act(context, bytes.first(std::min(one.bytes, bytes.size())), one.fate);
    return one.bytes;
  }
  if (is_unreadable_) return give(context, device::LinkReceived{Leg::mqtt, bytes});
  return hold(context, bytes);
}

std::size_t BehaviourDevice::receive_rest_of_packet(const device::StepContext& context, ByteView bytes) {
  std::size_t taken = 0;
  FoundPacket found = find_packet(held_);
  while (found.state == FoundPacket::State::incomplete && taken < bytes.size()) {
    // Of a header byte by byte, of the rest all at once.
    const std::size_t wanted = found.bytes == 0 ? 1 : found.bytes - held_.size();
    const std::size_t count = std::min(wanted, bytes.size() - taken);
    append(held_, bytes.subspan(taken, count));
    taken += count;
    found = find_packet(held_);
  }
  if (found.state == FoundPacket::State::incomplete) return taken;
  given_ = std::exchange(held_, {});
  if (found.state == FoundPacket::State::unreadable) {
    is_unreadable_ = true;
    give(context, device::LinkReceived{Leg::mqtt, given_});
    return taken;
  }
  if (const MessageFate fate = judge(context, given_); fate.kind != MessageFate::Kind::goes_on) {
    const std::vector<std::uint8_t> packet = std::exchange(given_, {});
    act(context, packet, fate);
    return taken;
  }
  const std::size_t first = given_.size();
  look_ahead(context, bytes.subspan(taken));
  append(given_, bytes.subspan(taken, passed_));
  const std::size_t consumed = give(context, device::LinkReceived{Leg::mqtt, given_});
  const std::size_t beyond = consumed - std::min(consumed, first);
  passed_ -= std::min(passed_, beyond);
  taken += beyond;
  return taken + (passed_ == 0 ? hold(context, bytes.subspan(taken)) : 0);
}

/// How many bytes at the front go on as they are, and what is next behind them.
void BehaviourDevice::look_ahead(const device::StepContext& context, ByteView bytes) {
  while (passed_ < bytes.size()) {
    const FoundPacket found = find_packet(bytes.subspan(passed_));
    is_unreadable_ = found.state == FoundPacket::State::unreadable;
    if (found.state != FoundPacket::State::whole) return;
    MessageFate fate = judge(context, bytes.subspan(passed_, found.bytes));
    if (fate.kind != MessageFate::Kind::goes_on) {
      judged_ = Judged{std::move(fate), found.bytes};
      return;
    }
    passed_ += found.bytes;
  }
}

/// The beginning of a packet stays here, when a core would have taken it in the same step.
std::size_t BehaviourDevice::hold(const device::StepContext& context, ByteView rest) {
  if (rest.empty() || judged_ || is_unreadable_ || !has_room(context.workspace)) return 0;
  append(held_, rest);
  return rest.size();
}

MessageFate BehaviourDevice::judge(const device::StepContext& context, ByteView packet) {
  if (!hooks_.message) return {};
  const auto publish = read_publish(packet);
  if (!publish) return {};
  MessageFate fate;
  const BehaviourMessage message{publish->topic, publish->payload, publish->qos, publish->duplicate};
  call(context.now, [&] { fate = behaviour_->on_message(*this, message); });
  return fate;
}

/// Of a PUBLISH that arrives and does not simply go on.
void BehaviourDevice::act(const device::StepContext& context, ByteView packet, const MessageFate& fate) {
  const auto publish = read_publish(packet);
  if (!publish || fate.kind == MessageFate::Kind::lost) return;
  if (fate.kind == MessageFate::Kind::changed) {
    given_ = with_payload(packet, *publish, fate.payload);
    give(context, device::LinkReceived{Leg::mqtt, given_});
    return;
  }
  if (publish->qos == 0) return;
  const std::size_t bytes = mqtt::encode_puback(publish->id, context.workspace.scratch());
  context.workspace.send(Leg::mqtt, bytes);
}

/// What the core has done in this step: events are told, and messages that leave are shown, in its order.
void BehaviourDevice::tell(const device::StepContext& context) {
  sent_.clear();
  if (!hooks_.send) {
    for (const device::Action& action : context.workspace.actions())
      if (const auto* const told = std::get_if<device::Report>(&action)) show(context, told->event);
    return;
  }
  std::vector<device::Action> actions;
  bool is_changed = false;
  for (const device::Action& action : context.workspace.actions()) {
    if (const auto* const told = std::get_if<device::Report>(&action)) show(context, told->event);
    const auto* const bytes = std::get_if<device::SendBytes>(&action);
    if (bytes == nullptr || bytes->leg != Leg::mqtt) {
      actions.push_back(action);
      continue;
    }
    device::SendBytes sent = *bytes;
    is_changed |= filter_sent(context, sent);
    if (!sent.bytes.empty()) actions.emplace_back(sent);
  }
  if (!is_changed) return;
  context.workspace.reset();
  for (const device::Action& action : actions) context.workspace.push(action);
}

void BehaviourDevice::show(const device::StepContext& context, const device::Event& event) {
  if (hooks_.event) call(context.now, [&] { behaviour_->on_event(*this, event); });
}

/// False: it goes as it is.
bool BehaviourDevice::filter_sent(const device::StepContext& context, device::SendBytes& sent) {
  std::vector<std::uint8_t> made;
  bool is_changed = false;
  std::size_t at = 0;
  while (at < sent.bytes.size()) {
    const FoundPacket found = find_packet(sent.bytes.subspan(at));
    const bool is_whole = found.state == FoundPacket::State::whole;
    const ByteView packet = is_whole ? sent.bytes.subspan(at, found.bytes) : sent.bytes.subspan(at);
    const MessageFate fate = is_whole ? judge_sent(context, packet) : MessageFate{};
    if (fate.kind != MessageFate::Kind::goes_on && !std::exchange(is_changed, true)) append(made, sent.bytes.first(at));
    if (is_changed && fate.kind == MessageFate::Kind::goes_on) append(made, packet);
    if (fate.kind == MessageFate::Kind::changed) append(made, with_payload(packet, *read_publish(packet), fate.payload));
    at += packet.size();
  }
  if (!is_changed) return false;
  sent_.push_back(std::move(made));
  sent.bytes = sent_.back();
  return true;
}

MessageFate BehaviourDevice::judge_sent(const device::StepContext& context, ByteView packet) {
  const auto publish = read_publish(packet);
  if (!publish) return {};
  MessageFate fate;
  const BehaviourMessage message{publish->topic, publish->payload, publish->qos, publish->duplicate};
  call(context.now, [&] { fate = behaviour_->on_send(*this, message); });
  if (fate.kind == MessageFate::Kind::swallowed && publish->qos > 0) {
    Order acknowledgement{.kind = Order::Kind::acknowledge, .link = links_, .bytes = std::vector<std::uint8_t>(mqtt::puback_bytes)};
    mqtt::encode_puback(publish->id, acknowledgement.bytes);
    orders_.push_back(std::move(acknowledgement));
  }
  return fate;
}

}  // namespace fleetsim::sim
