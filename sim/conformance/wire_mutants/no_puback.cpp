// It takes a message of QoS 1 and sends no PUBACK.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class NoPuback final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    if (!wire_words::puback_id(wire, message)) wire.say(message);
  }
};

}  // namespace

WireMutant wire_mutant::no_puback() {
  return {.name = "mutant-no-puback", .summary = "reference, but it acknowledges nothing", .make = &make_wire_fault<NoPuback>};
}

}  // namespace fleetsim::sim
