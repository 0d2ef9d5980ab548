// What it publishes again looks as if it was never sent.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class SaysAgainWithoutDup final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    const auto publish = wire_words::said<wire_words::Publish>(wire, message);
    if (!publish || !publish->duplicate) return wire.say(message);
    wire_words::Bytes changed(message.begin(), message.end());
    changed[0] &= 0xf7;
    wire.say(changed);
  }
};

}  // namespace

WireMutant wire_mutant::no_dup() {
  return {.name = "mutant-no-dup",
          .summary = "reference, but a PUBLISH that is sent again has no DUP",
          .make = &make_wire_fault<SaysAgainWithoutDup>};
}

}  // namespace fleetsim::sim
