// Its counter of packet ids comes to 0, time and again.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class IdZero final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    const auto publish = wire_words::said<wire_words::Publish>(wire, message);
    if (!publish || publish->qos == 0 || publish->duplicate || ++count_ % every != 0) return wire.say(message);
    wire_words::Bytes changed(message.begin(), message.end());
    device::mqtt::make_new(changed, 0);
    wire.say(changed);
  }

 private:
  static constexpr int every = 6;
  int count_ = 0;
};

}  // namespace

WireMutant wire_mutant::packet_id_zero() {
  return {.name = "mutant-packet-id-zero",
          .summary = "reference, but each sixth PUBLISH of QoS 1 has packet id 0",
          .make = &make_wire_fault<IdZero>};
}

}  // namespace fleetsim::sim
