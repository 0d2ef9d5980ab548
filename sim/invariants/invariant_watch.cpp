#include "sim/invariants/invariant_watch.hpp"

#include <algorithm>

namespace fleetsim::sim {

void Findings::merge(const Findings& other) {
  violations.merge(other.violations);
  exercised.resize(std::max(exercised.size(), other.exercised.size()));
  for (std::size_t i = 0; i < other.exercised.size(); ++i) exercised[i] += other.exercised[i];
  for (std::size_t i = 0; i < sometimes.size(); ++i) sometimes[i] += other.sometimes[i];
}

InvariantWatch::InvariantWatch(const FleetFacts& facts, Seat seat, DeviceShare share)
    : facts_(facts), seat_(seat), share_(share), sometimes_(facts, share), devices_(share.count) {
  for (const InvariantKind& kind : invariant_kinds()) {
    invariants_.push_back(sits(kind.seats, seat) ? kind.make({.facts = facts, .share = share, .log = log_}, seat) : nullptr);
    if (invariants_.back() != nullptr) here_.push_back(invariants_.back().get());
  }
}

InvariantWatch::~InvariantWatch() = default;

void InvariantWatch::on_wire(const WireEvent& event) {
  if ((event.teller == WireEnd::device) != (seat_ == Seat::fleet)) return;
  for (Invariant* invariant : here_) invariant->on_wire(event);
  sometimes_.on_wire(event);
  if (event.leg == device::Leg::mqtt) cut_into_packets(event);
}

void InvariantWatch::on_kept_back(const WireEvent& event) {
  for (Invariant* invariant : here_) invariant->on_kept_back(event);
}

void InvariantWatch::cut_into_packets(const WireEvent& event) {
  const std::uint32_t slot = share_.slot_of(event.device);
  if (slot == DeviceShare::not_here) return;
  Device& device = devices_[slot];
  Connection* connection = find(device, event.connection);
  switch (event.kind) {
    case WireKind::opening:
    case WireKind::opened:
      if (connection == nullptr) begin(device, event.connection);
      return;
    case WireKind::failed:
    case WireKind::finished:
    case WireKind::reset:
      // Of an orderly end one direction may still bring bytes: only what stands in for the connection later forgets it.
      return;
    case WireKind::bytes:
      break;
  }
  if (connection == nullptr) connection = &begin(device, event.connection);
  MqttStream& stream = event.direction == Direction::up ? connection->up : connection->down;
  stream.feed(event.bytes, heads_, [&](const MqttHead& head) {
    const MqttPacket packet{event, head};
    for (Invariant* invariant : here_) invariant->on_packet(packet);
    sometimes_.on_packet(packet);
  });
}

InvariantWatch::Connection* InvariantWatch::find(Device& device, std::uint32_t number) {
  for (Connection& connection : device.connections)
    if (connection.number == number) return &connection;
  return nullptr;
}

/// The oldest gives way: a link is given up long before three newer ones have come.
InvariantWatch::Connection& InvariantWatch::begin(Device& device, std::uint32_t number) {
  Connection& connection = device.connections[device.next];
  device.next = static_cast<std::uint8_t>((device.next + 1) % connections_max);
  connection.up.reset(heads_);
  connection.down.reset(heads_);
  connection.number = number;
  return connection;
}

void InvariantWatch::on_device_event(std::uint32_t device, Instant at, const device::Event& event) {
  const DeviceNews news{.device = device, .at = at, .event = event};
  for (Invariant* invariant : here_) invariant->on_device_event(news);
  sometimes_.on_device_event(news);
}

void InvariantWatch::on_mishap(std::uint32_t device, Mishap mishap, Instant at) {
  for (Invariant* invariant : here_) invariant->on_mishap(device, mishap, at);
  sometimes_.on_mishap(device, mishap);
}

void InvariantWatch::on_platform_event(std::uint32_t device, Instant at, const platform::PlatformEvent& event) {
  const PlatformNews news{.device = device, .instance = instance_of(event.instance), .at = at, .event = event};
  for (Invariant* invariant : here_) invariant->on_platform_event(news);
  sometimes_.on_platform_event(news);
}

std::uint16_t InvariantWatch::instance_of(std::string_view id) const {
  const auto found = std::find(facts_.instances.begin(), facts_.instances.end(), id);
  return found == facts_.instances.end() ? no_instance : static_cast<std::uint16_t>(found - facts_.instances.begin());
}

void InvariantWatch::on_order(const FleetOrder& order) {
  for (Invariant* invariant : here_) invariant->on_order(order);
}

void InvariantWatch::on_phase(Phase phase, Instant at) {
  for (Invariant* invariant : here_) invariant->on_phase(phase, at);
  sometimes_.on_phase(phase);
}

void InvariantWatch::on_probe(const ProbeNews& news) {
  for (Invariant* invariant : here_) invariant->on_probe(news);
}

void InvariantWatch::on_kept(const KeptNews& news) {
  for (Invariant* invariant : here_) invariant->on_kept(news);
}

void InvariantWatch::at_end(Instant at) {
  for (Invariant* invariant : here_) invariant->at_end(at);
}

Findings InvariantWatch::findings() const {
  Findings found;
  found.violations = log_;
  for (const auto& invariant : invariants_) found.exercised.push_back(invariant == nullptr ? 0 : invariant->times_exercised());
  found.sometimes = sometimes_.counts();
  return found;
}

}  // namespace fleetsim::sim
