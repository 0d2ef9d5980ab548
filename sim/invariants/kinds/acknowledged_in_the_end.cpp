// Every publish with QoS 1 is acknowledged in the end: when all is well and its device is online, none waits longer than it takes to send
// it two times again (publish_retry) and to be answered (response_timeout). A clean session forgets what the one before was asked, and so
// does a device without power.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <vector>

#include "devicecore/limits.hpp"
#include "sim/invariants/list.hpp"

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
    if (is_up && head.type == mqtt_wire::connect && head.is_clean_session()) {
      device.count = 0;
    } else if (is_up && head.type == mqtt_wire::publish && head.qos() == 1) {
      judge(slot, packet.event.at);
      device.add(head.publish_id(), packet.event.at);
    } else if (!is_up && head.type == mqtt_wire::puback) {
      if (device.remove(head.u16(0))) exercised();
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
      if (facts().group_of(news.device).reboots_to_move) device.count = 0;
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
  struct Publish {
    std::uint16_t id = 0;
    Instant since{};
  };
  struct Device {
    static constexpr std::size_t capacity = device::limits::publishes_in_flight_max + 4;

    /// One that is sent again waits since it was sent first. There is room for more than a device of ours sends.
    void add(std::uint16_t id, Instant at) {
      const auto* const end = waiting.begin() + count;
      const bool is_known = std::any_of(waiting.cbegin(), end, [id](const Publish& publish) { return publish.id == id; });
      if (!is_known && count < capacity) waiting[count++] = {id, at};
    }
    bool remove(std::uint16_t id) {
      for (std::size_t i = 0; i < count; ++i) {
        if (waiting[i].id != id) continue;
        waiting[i] = waiting[--count];
        return true;
      }
      return false;
    }

    std::array<Publish, capacity> waiting{};
    Instant since{};  // the last that began anew: all well, online
    std::uint8_t count = 0;
    bool is_online = false;
  };

  /// What is late is told once.
  void judge(std::uint32_t slot, Instant at) {
    Device& device = devices_[slot];
    if (!is_well_ || !device.is_online || device.count == 0) return;
    const std::uint32_t number = share().device_of(slot);
    const GroupFacts& group = facts().group_of(number);
    if (group.comeback != Comeback::always) return;  // it may be where only notify is taken
    const Duration patience = 2 * group.publish_retry + group.response_timeout + facts().clock_jump_max;
    const auto is_late = [&](const Publish& publish) { return at - std::max(publish.since, device.since) > patience; };
    auto* const end = device.waiting.begin() + device.count;
    auto* const kept = std::remove_if(device.waiting.begin(), end, is_late);
    if (kept == end) return;
    exercised();
    violated(number, at, fmt::format("{} publishes with QoS 1 were never acknowledged", end - kept));
    device.count = static_cast<std::uint8_t>(kept - device.waiting.begin());
  }

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
