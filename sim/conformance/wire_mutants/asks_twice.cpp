// Told to move, it posts its form twice in a row.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class AsksTwice final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    wire.say(message);
    if (!wire_words::is_mqtt(wire) && wire.connection() > 1) wire.say(message);
  }
};

}  // namespace

WireMutant wire_mutant::asks_twice() {
  return {.name = "mutant-asks-twice",
          .summary = "reference, but told to move, it sends its bootstrap request twice",
          .make = &make_wire_fault<AsksTwice>};
}

}  // namespace fleetsim::sim
