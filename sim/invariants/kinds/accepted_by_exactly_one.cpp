// A device is accepted by exactly one instance. A ledger made from the bytes of the platform's end alone: a session is there from a CONNACK
// with code 0 until the platform's end of that link is gone. What is allowed, and nothing else:
//
//   - Where: a device that is bound to instance A is accepted at A. Once the controller has asked for a move, it may also be accepted at
//   the
//     targets of that order; its first session at a target ends the matter: from then on only that target, and the targets of later orders.
//     So a source lets a device in during the handover (to hear the notify), and never again after the commit.
//   - Together: a session at another instance may be left over when the new one begins, and is gone source_grace later. At the same
//     instance it is gone at that very moment (one connection a device).
//
// An order that the platform refused for this device still counts as asked: the ledger believes the controller, not the platform.
#include <array>
#include <fmt/format.h>
#include <limits>
#include <vector>

#include "sim/invariants/list.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::string_view register_word = "authType=reg";  // of register and regnwl: such a CONNECT begins no session

struct AcceptedSession {
  std::uint32_t connection = 0;
  std::uint16_t instance = no_instance;
  Instant ends_by = kNever;
  bool is_open() const { return instance != no_instance; }
};

class AcceptedByExactlyOne final : public Invariant {
 public:
  explicit AcceptedByExactlyOne(const Post& post)
      : Invariant("accepted_by_exactly_one", post),
        devices_(post.share.count),
        asked_(std::size_t{post.share.count} * post.facts.instances.size()) {
    for (std::uint32_t slot = 0; slot < post.share.count; ++slot) bind(slot, post.facts.devices[post.share.device_of(slot)].home);
  }

  void on_wire(const WireEvent& event) override {
    const std::uint32_t slot = share().slot_of(event.device);
    if (slot == DeviceShare::not_here || event.leg != device::Leg::mqtt) return;
    look_for_overdue(slot, event.at);
    if (event.kind == WireKind::finished || event.kind == WireKind::reset) close(devices_[slot], event.connection);
  }

  void on_packet(const MqttPacket& packet) override {
    const std::uint32_t slot = share().slot_of(packet.event.device);
    if (slot == DeviceShare::not_here) return;
    Ledger& ledger = devices_[slot];
    const MqttHead& head = packet.head;
    if (head.type == mqtt_wire::connect && packet.event.direction == Direction::up) {
      if (client_id_of(head).find(register_word) != std::string_view::npos) ledger.registering = packet.event.connection;
    } else if (head.type == mqtt_wire::connack && packet.event.direction == Direction::down) {
      const bool is_accepted = head.bytes.size() == 2 && head.bytes[1] == 0;
      if (is_accepted && ledger.registering != packet.event.connection) accept(slot, packet.event);
    }
  }

  void on_order(const FleetOrder& order) override {
    if (order.kind != FleetOrder::Kind::distribute) return;
    if (orders_ < std::numeric_limits<std::uint16_t>::max()) ++orders_;
    for (std::uint32_t device = order.first; device < order.first + order.count; ++device) {
      const std::uint32_t slot = share().slot_of(device);
      if (slot == DeviceShare::not_here) continue;
      for (const std::uint16_t target : order.targets) asked(slot, target) = orders_;
    }
  }

  void at_end(Instant at) override {
    for (std::uint32_t slot = 0; slot < devices_.size(); ++slot) look_for_overdue(slot, at);
  }

 private:
  static constexpr std::size_t sessions_max = 4;  // left-over ones end within a grace: more are a violation long before
  struct Ledger {
    std::array<AcceptedSession, sessions_max> sessions{};
    std::uint32_t registering = 0;  // the connection that asked for a secret last
    std::uint16_t bound = no_instance;
  };

  /// MQTT 3.1.1 §3.1: protocol name, level, flags, keep-alive, client id.
  static std::string_view client_id_of(const MqttHead& head) {
    constexpr std::size_t behind_name = 4;
    return head.text(2 + std::size_t{head.u16(0)} + behind_name);
  }

  /// The number of the last order that named the instance as a target for the device; 0: it may not be accepted there.
  std::uint16_t& asked(std::uint32_t slot, std::uint16_t instance) {
    return asked_[std::size_t{slot} * facts().instances.size() + instance];
  }

  void bind(std::uint32_t slot, std::uint16_t instance) { devices_[slot].bound = instance; }

  void accept(std::uint32_t slot, const WireEvent& event) {
    exercised();
    const std::uint16_t at = event.endpoint;
    if (at >= facts().instances.size()) return violated(event.device, event.at, "it is accepted on a link that leads to no instance");
    Ledger& ledger = devices_[slot];
    check_place(slot, event);
    for (AcceptedSession& session : ledger.sessions) {
      if (!session.is_open()) continue;
      const Duration grace = session.instance == at ? Duration{0} : facts().source_grace;
      session.ends_by = std::min(session.ends_by, event.at + grace);
    }
    open(ledger, event);
  }

  void check_place(std::uint32_t slot, const WireEvent& event) {
    Ledger& ledger = devices_[slot];
    const std::uint16_t at = event.endpoint;
    if (ledger.bound == no_instance) return bind(slot, at);
    const std::uint16_t named = asked(slot, at);
    if (at != ledger.bound && named == 0) {
      violated(event.device, event.at,
               fmt::format("accepted at {}, though it is bound to {} and nobody asked to move it there", facts().instance_name(at),
                           facts().instance_name(ledger.bound)));
      return;
    }
    // At home it is let in to be told, or has never left: what was asked for goes on.
    if (at == ledger.bound) return;
    bind(slot, at);
    const auto instances = static_cast<std::uint16_t>(facts().instances.size());
    for (std::uint16_t i = 0; i < instances; ++i) {
      if (asked(slot, i) <= named) asked(slot, i) = 0;
    }
  }

  static void open(Ledger& ledger, const WireEvent& event) {
    AcceptedSession* place = &ledger.sessions.front();
    for (AcceptedSession& session : ledger.sessions) {
      if (!session.is_open()) place = &session;
    }
    *place = {.connection = event.connection, .instance = event.endpoint};
  }

  static void close(Ledger& ledger, std::uint32_t connection) {
    for (AcceptedSession& session : ledger.sessions) {
      if (session.is_open() && session.connection == connection) session = {};
    }
  }

  void look_for_overdue(std::uint32_t slot, Instant at) {
    for (AcceptedSession& session : devices_[slot].sessions) {
      if (!session.is_open() || session.ends_by == kNever || at <= session.ends_by + facts().tolerance) continue;
      violated(share().device_of(slot), session.ends_by,
               fmt::format("its session at {} is still there beside a newer one", facts().instance_name(session.instance)));
      session.ends_by = kNever;  // told once
    }
  }

  std::vector<Ledger> devices_;
  std::vector<std::uint16_t> asked_;  // by device and instance
  std::uint16_t orders_ = 0;
};

}  // namespace

InvariantKind invariant_kind::accepted_by_exactly_one() {
  return {.name = "accepted_by_exactly_one",
          .what = "at no moment a device is accepted at two instances, nor at one that it does not belong to",
          .clause = "RULES.md 37; core/distribution_placement.cpp",
          .seats = Seats::platform,
          .make = [](const Post& post, Seat) -> std::unique_ptr<Invariant> { return std::make_unique<AcceptedByExactlyOne>(post); }};
}

}  // namespace fleetsim::sim
