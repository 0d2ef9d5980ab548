// It acknowledges another message than the one that came.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class PubackOfAnother final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    const auto id = wire_words::puback_id(wire, message);
    if (!id) return wire.say(message);
    wire.say(wire_words::puback_of(static_cast<std::uint16_t>(*id + 1)));
  }
};

}  // namespace

WireMutant wire_mutant::puback_wrong_id() {
  return {.name = "mutant-puback-wrong-id",
          .summary = "reference, but a PUBACK has the id behind the right one",
          .make = &make_wire_fault<PubackOfAnother>};
}

}  // namespace fleetsim::sim
