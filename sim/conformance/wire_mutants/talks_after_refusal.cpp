// It goes on talking where it was refused.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class TalksAfterRefusal final : public WireFault {
 public:
  void hears(Wire& wire, ByteView message) override {
    const auto connack = wire_words::heard(wire, message, device::mqtt::PacketType::connack);
    if (connack && connack->return_code != 0) {
      wire_words::Bytes ping(device::mqtt::pingreq_bytes);
      device::mqtt::encode_pingreq(ping);
      wire.say(ping);
    }
    wire.hear(message);
  }
};

}  // namespace

WireMutant wire_mutant::talks_after_refusal() {
  return {.name = "mutant-talks-after-refusal",
          .summary = "reference, but it says PINGREQ after a CONNACK that refuses it",
          .make = &make_wire_fault<TalksAfterRefusal>};
}

}  // namespace fleetsim::sim
