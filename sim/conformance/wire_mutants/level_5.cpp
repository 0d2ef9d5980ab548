// It says that it speaks MQTT 5.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class SpeaksLevel5 final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    const auto connect = wire_words::said<wire_words::Connect>(wire, message);
    if (!connect) return wire.say(message);
    wire_words::ConnectParts parts = wire_words::parts_of(*connect);
    parts.level = 5;
    wire.say(wire_words::connect_of(parts));
  }
};

}  // namespace

WireMutant wire_mutant::level_5() {
  return {.name = "mutant-level-5", .summary = "reference, but its CONNECT has protocol level 5", .make = &make_wire_fault<SpeaksLevel5>};
}

}  // namespace fleetsim::sim
