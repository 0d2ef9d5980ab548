// Every publish with QoS 1 is acknowledged in the end: when all is well and a device is online, it does not wait for long without
// any PUBACK. Long enough: two times to send it again (publish_retry), and an answer (response_timeout).
// What a device has forgotten with its power is not asked for.
#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "sim/invariants/list.hpp"
#include "sim/invariants/packets_in_flight.hpp"

namespace fleetsim::sim {
namespace {

class AcknowledgedInTheEnd final : public Invariant {
 public:
  explicit AcknowledgedInTheEnd(const Post& post) : Invariant("acknowledged_in_the_end", post), devices_(post.share.count) {}

  void on_packet(const MqttPacket& packet) override {
    const std::uint32_t slot = share().slot_of(packet.event.device);
    if (slot == DeviceShare::not_here) return;
    Device& device = devices_[slot];
    const MqttHead& head = packet.head;
    const bool is_up = packet.event.direction == Direction::up;
    if (is_up && head.type == mqtt_wire::publish && head.qos() == 1) {
      if (device.waiting.size() == 0) device.since = std::max(device.since, packet.event.at);
      if (!device.waiting.has(head.publish_id())) device.waiting.add(head.publish_id());
    } else if (!is_up && head.type == mqtt_wire::puback) {
      if (device.waiting.remove(head.u16(0))) exercised();
      device.since = std::max(device.since, packet.event.at);  // any: what it has given up itself is not asked for
    }
  }

  void on_device_event(const DeviceNews& news) override {
    const std::uint32_t slot = share().slot_of(news.device);
    if (slot == DeviceShare::not_here) return;
    Device& device = devices_[slot];
    if (news.event.kind == device::EventKind::connected) {
      device.is_online = true;
      device.since = std::max(device.since, news.at);
    } else if (news.event.kind == device::EventKind::connection_lost || news.event.kind == device::EventKind::disconnected) {
      judge(slot, news.at);  // the end of a connection is an end, too
      device.is_online = false;
      // A firmware that reboots for a move forgets what it waits for, without a word.
      if (facts().group_of(news.device).reboots_to_move) device.waiting.clear();
    }
  }

  void on_mishap(std::uint32_t device, Mishap mishap, Instant at) override {
    const std::uint32_t slot = share().slot_of(device);
    if (slot == DeviceShare::not_here || mishap == Mishap::clock_changed) return;
    judge(slot, at);  // what was left unanswered before the device lost its memory, or its place to a probe
    devices_[slot] = Device{};
  }

  void on_phase(Phase phase, Instant at) override {
    is_well_ = phase == Phase::healed;
    for (Device& device : devices_) device.since = std::max(device.since, at);
  }

  void at_end(Instant at) override {
    for (std::uint32_t slot = 0; slot < devices_.size(); ++slot) judge(slot, at);
  }

 private:
  void judge(std::uint32_t slot, Instant at) {
    const Device& device = devices_[slot];
    const std::uint32_t number = share().device_of(slot);
    const GroupFacts& group = facts().group_of(number);
    const Duration patience = 2 * group.publish_retry + group.response_timeout + facts().clock_jump_max;
    if (!is_well_ || !device.is_online || device.waiting.size() == 0 || at - device.since <= patience) return;
    if (group.comeback != Comeback::always) return;  // it may be where only notify is taken
    violated(number, at, fmt::format("{} publishes with QoS 1 were never acknowledged", device.waiting.size()));
  }

  struct Device {
    PacketsInFlight waiting{};
    Instant since{};  // the last that began anew: all well, online, the first publish that waits, a PUBACK
    bool is_online = false;
  };

  std::vector<Device> devices_;
  bool is_well_ = false;
};

}  // namespace

InvariantKind invariant_kind::acknowledged_in_the_end() {
  return {.name = "acknowledged_in_the_end",
          .what = "every publish with QoS 1 gets its PUBACK once all is well",
          .clause = "MQTT 3.1.1 §4.3.2, §4.4",
          .seats = Seats::fleet,
          .make = [](const Post& post, Seat) -> std::unique_ptr<Invariant> { return std::make_unique<AcknowledgedInTheEnd>(post); }};
}

}  // namespace fleetsim::sim
