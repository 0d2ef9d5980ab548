// What stands on an MQTT link is in the order that MQTT 3.1.1 has for it, as the device sees it:
//   - its first packet is CONNECT, and it sends no second one (§3.1); nothing follows before CONNACK has come, though MQTT would allow it:
//     a device must not tell its data to a server that has not let it in;
//   - CONNACK is the first packet from the server, and there is one (§3.2);
//   - packet ids are not zero (§2.3.1), one that waits for its answer is not used again, and what is sent again says so (§3.3.1.1, §4.4).
// It is looked at between the device and the faults of its link, so an answer may be seen before the device has it.
// Ids of an earlier connection may come again, marked or not: a clean session forgets them.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <vector>

#include "sim/invariants/list.hpp"
#include "sim/invariants/packets_in_flight.hpp"

namespace fleetsim::sim {
namespace {

class SpeaksInOrder final : public Invariant {
 public:
  explicit SpeaksInOrder(const Post& post) : Invariant("speaks_in_order", post), devices_(post.share.count) {}

  void on_packet(const MqttPacket& packet) override {
    const std::uint32_t slot = share().slot_of(packet.event.device);
    if (slot == DeviceShare::not_here) return;
    exercised();
    Device& device = devices_[slot];
    if (device.connection != packet.event.connection) {
      device.connection = packet.event.connection;
      device.stage = Stage::silent;
      device.used_before.add_all(device.used);
      device.used.clear();
    }
    if (packet.head.type == mqtt_wire::malformed) return say(packet, "a length of more than four bytes");
    if (packet.event.direction == Direction::up) {
      sent(device, packet);
    } else {
      received(device, packet);
    }
  }

  void on_mishap(std::uint32_t device, Mishap mishap, Instant) override {
    const std::uint32_t slot = share().slot_of(device);
    if (slot != DeviceShare::not_here && mishap != Mishap::clock_changed) devices_[slot] = Device{};
  }

 private:
  enum class Stage : std::uint8_t { silent, knocking, let_in };
  struct Device {
    std::uint32_t connection = 0;
    Stage stage = Stage::silent;
    PacketsInFlight used{};
    PacketsInFlight used_before{};             // on earlier connections
    std::array<std::uint16_t, 16> answered{};  // lately
    std::uint8_t next_answered = 0;
  };

  void say(const MqttPacket& packet, std::string_view words) { violated(packet.event.device, packet.event.at, std::string{words}); }

  void sent(Device& device, const MqttPacket& packet) {
    const MqttHead& head = packet.head;
    if (head.type == mqtt_wire::connect) {
      if (device.stage != Stage::silent) say(packet, "sent a second CONNECT");
      device.stage = Stage::knocking;
      return;
    }
    if (device.stage == Stage::silent) return say(packet, fmt::format("its first packet is no CONNECT but of type {}", head.type));
    if (device.stage == Stage::knocking && head.type != mqtt_wire::disconnect)
      return say(packet, fmt::format("sent a packet of type {} before CONNACK", head.type));
    if (head.type == mqtt_wire::publish && head.qos() > 0) use(device, packet, head.publish_id());
    if (head.type == mqtt_wire::subscribe || head.type == mqtt_wire::unsubscribe) use(device, packet, head.u16(0));
  }

  void received(Device& device, const MqttPacket& packet) {
    const MqttHead& head = packet.head;
    const bool is_connack = head.type == mqtt_wire::connack;
    if (is_connack && device.stage != Stage::knocking) return say(packet, "a CONNACK that answers no CONNECT");
    if (!is_connack && device.stage != Stage::let_in) return say(packet, fmt::format("a packet of type {} before CONNACK", head.type));
    if (is_connack) device.stage = Stage::let_in;
    if (head.type == mqtt_wire::puback || head.type == suback || head.type == unsuback) {
      device.used.remove(head.u16(0));
      device.used_before.remove(head.u16(0));
      device.answered[device.next_answered++ % device.answered.size()] = head.u16(0);
    }
  }

  void use(Device& device, const MqttPacket& packet, std::uint16_t id) {
    if (id == 0) return say(packet, "packet id 0");
    const bool is_again = packet.head.type == mqtt_wire::publish && packet.head.is_duplicate();
    if (device.used.has(id)) {
      if (!is_again) say(packet, fmt::format("packet id {} is used again before it was answered", id));
      return;
    }
    // The answer may be on its way to the device still.
    const bool was_answered = std::find(device.answered.begin(), device.answered.end(), id) != device.answered.end();
    if (is_again && !was_answered && !device.used_before.has(id) && !device.used_before.is_full())
      say(packet, fmt::format("packet id {} is marked as sent again, but never was before", id));
    device.used.add(id);
  }

  static constexpr std::uint8_t suback = 9;
  static constexpr std::uint8_t unsuback = 11;
  std::vector<Device> devices_;
};

}  // namespace

InvariantKind invariant_kind::speaks_in_order() {
  return {.name = "speaks_in_order",
          .what = "CONNECT first, nothing before CONNACK, packet ids that are free",
          .clause = "MQTT 3.1.1 §2.3.1, §3.1, §3.2, §3.3.1.1, §4.4",
          .seats = Seats::fleet,
          .make = [](const Post& post, Seat) -> std::unique_ptr<Invariant> { return std::make_unique<SpeaksInOrder>(post); }};
}

}  // namespace fleetsim::sim
