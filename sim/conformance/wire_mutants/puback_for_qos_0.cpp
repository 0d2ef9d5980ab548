// It answers each message with a PUBACK, whatever its QoS.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class PubackForQos0 final : public WireFault {
 public:
  void hears(Wire& wire, ByteView message) override {
    const auto publish = wire_words::heard(wire, message, device::mqtt::PacketType::publish);
    wire.hear(message);
    if (publish && publish->qos == 0) wire.say(wire_words::puback_of(1));
  }
};

}  // namespace

WireMutant wire_mutant::puback_for_qos_0() {
  return {.name = "mutant-puback-for-qos-0",
          .summary = "reference, but it acknowledges messages of QoS 0, too",
          .make = &make_wire_fault<PubackForQos0>};
}

}  // namespace fleetsim::sim
