// It asks the platform to keep what it publishes.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class Retains final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    const auto publish = wire_words::said<wire_words::Publish>(wire, message);
    if (!publish || publish->qos == 0) return wire.say(message);
    wire_words::Bytes changed(message.begin(), message.end());
    changed[0] |= 0x01;
    wire.say(changed);
  }
};

}  // namespace

WireMutant wire_mutant::retains() {
  return {.name = "mutant-retains", .summary = "reference, but each PUBLISH of QoS 1 is retained", .make = &make_wire_fault<Retains>};
}

}  // namespace fleetsim::sim
