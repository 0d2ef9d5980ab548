// What the platform has kept for it comes right behind CONNACK, before there is anybody in it who listens.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class DeafAtFirst final : public WireFault {
 public:
  void hears(Wire& wire, ByteView message) override {
    if (const auto connack = wire_words::heard(wire, message, device::mqtt::PacketType::connack))
      deaf_until_ = connack->session_present ? wire.now() + until_it_listens : Instant{};
    if (wire.now() < deaf_until_ && wire_words::heard(wire, message, device::mqtt::PacketType::publish)) return;
    wire.hear(message);
  }

 private:
  static constexpr Duration until_it_listens = std::chrono::milliseconds{500};
  Instant deaf_until_{};
};

}  // namespace

WireMutant wire_mutant::deaf_at_first() {
  return {.name = "mutant-deaf-at-first",
          .summary = "kept-session, but messages right behind a CONNACK with session present are lost on it",
          .make = &make_wire_fault<DeafAtFirst>,
          .profile = "kept-session"};
}

}  // namespace fleetsim::sim
