// It marks as a duplicate what it sends for the first time.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class DupFromTheFirst final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    const auto publish = wire_words::said<wire_words::Publish>(wire, message);
    if (!publish || publish->qos == 0) return wire.say(message);
    wire_words::Bytes changed(message.begin(), message.end());
    changed[0] |= 0x08;
    wire.say(changed);
  }
};

}  // namespace

WireMutant wire_mutant::dup_at_first() {
  return {.name = "mutant-dup-at-first",
          .summary = "reference, but each PUBLISH of QoS 1 has DUP, the first time, too",
          .make = &make_wire_fault<DupFromTheFirst>};
}

}  // namespace fleetsim::sim
