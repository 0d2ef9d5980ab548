// What the devices of a shard publish beyond what their firmware does by itself: ordered publishes, background load (closed loop or a rate)
// and periodic property posts. Keeps the publishes in flight apart by their token, and measures them.
//
//   traffic.order(cell, count);  traffic.pump(slot, cell, now);
//   traffic.on_report(cell, event, now);   // from the device
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "devicecore/base/time.hpp"
#include "devicecore/io.hpp"
#include "devicecore/limits.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {

struct DeviceCell;
class Observer;

enum class FlightKind : std::uint8_t { none, command, load, load_property, property };

struct Flight {
  Instant due{};    // when it should have been published
  Instant begun{};  // when it was
  device::Token token = 0;
  FlightKind kind = FlightKind::none;
};

/// Of one device that publishes.
struct DeviceTraffic {
  std::array<Flight, device::limits::publishes_in_flight_max> flights{};
  std::uint32_t in_flight = 0;
  std::uint32_t load_in_flight = 0;
  std::uint32_t commands_left = 0;  // ordered and not begun
  std::uint32_t sequence = 0;
  Instant next_load = kNever;
  Instant next_property = kNever;
  Instant retry_at = kNever;  // the device had no room
  bool load_refused = false;  // this device can not carry the load (a topic or payload too large)
  bool held_back = false;     // an open-model publish waits for the peer: not late by our fault
};

/// How the traffic reaches a device.
class TrafficHost {
 public:
  virtual void give(std::uint32_t slot, const device::Input& input) = 0;
  /// False while the kernel has no room for the device's bytes.
  virtual bool can_send(std::uint32_t slot) = 0;
  /// Pump this device again in the next turn.
  virtual void pump_later(std::uint32_t slot) = 0;

 protected:
  ~TrafficHost() = default;
};

class Traffic {
 public:
  static constexpr int publishes_per_turn_max = 64;  // of one device; then others have their turn
  static constexpr Duration no_room_pause = std::chrono::milliseconds{100};
  static constexpr Duration reply_patience = std::chrono::seconds{30};  // for a property reply

  Traffic(const Scenario& scenario, Observer& observer, TrafficHost& host);

  void set_command(std::uint16_t group, const PublishStep& step);
  void start_load(std::uint16_t group, const PublishLoad& load, Instant now);
  void stop_load(std::uint16_t group);

  /// `count` more ordered publishes; they wait until the device is online.
  void order(DeviceCell& cell, std::uint32_t count);
  /// The device has come online, or the group's load has begun.
  void join_load(DeviceCell& cell, Instant now);
  void came_online(std::uint32_t slot, DeviceCell& cell, Instant now);
  void pump(std::uint32_t slot, DeviceCell& cell, Instant now);
  void on_report(DeviceCell& cell, const device::Event& event, Instant now);
  Instant deadline(const DeviceCell& cell) const;
  /// The device is switched off: forgets everything; returns how many ordered publishes will never be done.
  std::uint32_t drop(DeviceCell& cell);

 private:
  struct Group {
    bool load_on = false;
    PublishLoad load;
    Duration interval{0};  // open model
    Instant load_until = kNever;
    std::uint32_t window = 1;
    std::vector<std::uint8_t> payload;
    std::string property_json;
    PublishStep command;
    std::vector<std::uint8_t> command_payload;
    std::string command_topic;
    Duration property_interval{0};
    std::string name;  // its devices' random phases are forked by it
  };
  struct Choice {
    FlightKind kind = FlightKind::none;
    Instant due{};
  };

  Choice choose(DeviceTraffic& traffic, const Group& group, Instant now) const;
  void begin(std::uint32_t slot, DeviceCell& cell, const Choice& choice, Instant now);
  /// The publish is done, for good or ill.
  void finish(DeviceCell& cell, Flight& flight);
  static void land(DeviceTraffic& traffic, Flight& flight);
  void refuse(DeviceCell& cell, Flight& flight, device::Failure why, Instant now);
  void expire_replies(DeviceCell& cell, Instant now);
  static Instant first_expiry(const DeviceTraffic& traffic);
  static void forget_posts(DeviceTraffic& traffic);
  /// Of a closed loop: only an acknowledgement, a reply, or the end of the patience for one lets it go on.
  static bool window_full(const DeviceTraffic& traffic, const Group& group);
  static Flight* find(DeviceTraffic& traffic, device::Token token);
  static device::Qos qos_of(const Group& group, FlightKind kind);

  Observer& observer_;
  TrafficHost& host_;
  std::uint64_t seed_;
  std::vector<Group> groups_;
};

}  // namespace fleetsim::sim
