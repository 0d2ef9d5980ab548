// A run as its invariants see it, told by hand: links that open and end, packets in literal bytes, what devices and the platform say. Times
// are in milliseconds. Two devices, three instances.
//
//   ScriptedRun run(Seat::platform);
//   run.accept(1'000, device, connection, shanghai);
//   EXPECT_EQ(run.violated("accepted_by_exactly_one"), 0u);
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "sim/invariants/invariant_watch.hpp"

namespace fleetsim::sim {

inline constexpr std::uint16_t shanghai = 0;
inline constexpr std::uint16_t singapore = 1;
inline constexpr std::uint16_t frankfurt = 2;
inline constexpr std::uint32_t meter = 0;
inline constexpr std::uint32_t lamp = 1;
inline constexpr std::string_view meter_secret = "0123456789abcdef0123456789abcdef";
inline constexpr std::string_view lamp_secret = "fedcba9876543210fedcba9876543210";

inline FleetFacts scripted_facts() {
  FleetFacts facts;
  GroupFacts meters;
  meters.name = "meters";
  meters.waits = {.first = std::chrono::seconds{1}, .floor = std::chrono::seconds{1}, .cap = std::chrono::seconds{8}};
  facts.groups.push_back(meters);
  facts.devices.push_back({.product_key = "a1TestPK001", .device_name = "meter", .secret = meter_secret, .group = 0, .home = shanghai});
  facts.devices.push_back({.product_key = "a1TestPK001", .device_name = "lamp", .secret = lamp_secret, .group = 0, .home = shanghai});
  facts.instances = {"shanghai", "singapore", "frankfurt"};
  return facts;
}

class ScriptedRun {
 public:
  explicit ScriptedRun(Seat seat, FleetFacts facts = scripted_facts())
      : facts_(std::move(facts)),
        seat_(seat),
        watch_(facts_, seat, {.first = 0, .stride = 1, .count = static_cast<std::uint32_t>(facts_.devices.size())}) {}

  static Instant at(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

  // --- links ------------------------------------------------------------------------------------------------------
  struct Link {
    std::uint32_t device = meter;
    std::uint32_t connection = 1;
    std::uint16_t instance = shanghai;
    device::Leg leg = device::Leg::mqtt;
  };
  void wire(std::int64_t ms, const Link& link, WireKind kind, Direction direction = Direction::up) { tell(ms, link, kind, direction, {}); }
  /// An attempt that never comes to the network.
  void kept_back(std::int64_t ms, const Link& link, WireKind kind) {
    WireEvent event;
    event.at = at(ms);
    event.device = link.device;
    event.leg = link.leg;
    event.teller = WireEnd::device;
    event.kind = kind;
    watch_.on_kept_back(event);
  }
  void bytes(std::int64_t ms, const Link& link, Direction direction, std::string_view text) {
    tell(ms, link, WireKind::bytes, direction, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  void up(std::int64_t ms, const Link& link, std::string_view text) { bytes(ms, link, Direction::up, text); }
  void down(std::int64_t ms, const Link& link, std::string_view text) { bytes(ms, link, Direction::down, text); }

  /// From the opening to a CONNACK with that code.
  void knock(std::int64_t ms, const Link& link, char code = 0) {
    wire(ms, link, WireKind::opening);
    wire(ms, link, WireKind::opened);
    up(ms, link, connect_packet("meter|securemode=3|"));
    down(ms, link, std::string{"\x20\x02\x00", 3} + code);
  }

  /// MQTT 3.1.1 §3.1 with a client id, and nothing else in the payload.
  static std::string connect_packet(std::string_view client_id) {
    std::string body{"\x00\x04MQTT\x04\x02\x00\x3c", 10};
    body += static_cast<char>(client_id.size() >> 8);
    body += static_cast<char>(client_id.size() & 0xff);
    body += client_id;
    return framed('\x10', body);
  }
  static std::string publish_packet(char first, std::string_view topic, std::uint16_t id, std::string_view payload) {
    std::string body;
    body += static_cast<char>(topic.size() >> 8);
    body += static_cast<char>(topic.size() & 0xff);
    body += topic;
    if ((first & 6) != 0) {
      body += static_cast<char>(id >> 8);
      body += static_cast<char>(id & 0xff);
    }
    return framed(first, body.append(payload));
  }
  static std::string framed(char first, std::string_view body) {
    std::string packet(1, first);
    std::size_t left = body.size();
    do {
      const std::size_t part = left % 128;
      left /= 128;
      packet += static_cast<char>(left > 0 ? part | 128 : part);
    } while (left > 0);
    return packet.append(body);
  }

  // --- words ------------------------------------------------------------------------------------------------------
  void tell(std::int64_t ms, std::uint32_t device, const device::Event& event) { watch_.on_device_event(device, at(ms), event); }
  void tell(std::int64_t ms, std::uint32_t device, std::initializer_list<device::EventKind> kinds) {
    for (const device::EventKind kind : kinds) tell(ms, device, device::Event{.kind = kind});
  }
  void platform_tells(std::int64_t ms, std::uint32_t device, platform::PlatformEventKind kind, std::string_view instance,
                      std::string_view reason = {}) {
    platform::PlatformEvent event;
    event.kind = kind;
    event.instance = instance;
    event.reason = reason;
    watch_.on_platform_event(device, at(ms), event);
  }
  void mishap(std::int64_t ms, std::uint32_t device, Mishap what) { watch_.on_mishap(device, what, at(ms)); }
  void ask_to_move(std::int64_t ms, std::uint32_t device, std::vector<std::uint16_t> targets) {
    watch_.on_order({.kind = FleetOrder::Kind::distribute, .at = at(ms), .first = device, .count = 1, .targets = targets});
  }
  void phase(std::int64_t ms, Phase phase) { watch_.on_phase(phase, at(ms)); }
  InvariantWatch& watch() { return watch_; }
  FleetFacts& facts() { return facts_; }

  // --- what was found ---------------------------------------------------------------------------------------------
  std::vector<std::string> words(std::string_view invariant) const {
    std::vector<std::string> all;
    const Findings found = watch_.findings();
    for (const Violation& violation : found.violations.kept())
      if (violation.invariant == invariant) all.push_back(violation.words);
    return all;
  }
  std::size_t violated(std::string_view invariant) const { return words(invariant).size(); }
  std::uint64_t exercised(std::string_view invariant) const {
    const Findings found = watch_.findings();
    for (std::size_t i = 0; i < invariant_kinds().size(); ++i)
      if (invariant_kinds()[i].name == invariant) return found.exercised[i];
    return 0;
  }
  std::uint64_t count(Sometimes which) const { return watch_.findings().sometimes[static_cast<std::size_t>(which)]; }

 private:
  void tell(std::int64_t ms, const Link& link, WireKind kind, Direction direction, ByteView content) {
    WireEvent event;
    event.at = at(ms);
    event.device = link.device;
    event.connection = link.connection;
    event.leg = link.leg;
    event.teller = seat_ == Seat::fleet ? WireEnd::device : WireEnd::platform;
    event.kind = kind;
    event.direction = direction;
    event.endpoint = link.leg == device::Leg::mqtt ? link.instance : wire_bootstrap;
    event.bytes = content;
    watch_.on_wire(event);
  }

  FleetFacts facts_;
  Seat seat_;
  InvariantWatch watch_;
};

inline const ScriptedRun::Link https{.leg = device::Leg::bootstrap};

}  // namespace fleetsim::sim
