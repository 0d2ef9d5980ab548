// It says that it speaks MQTT 3.1.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class SpeaksMqisdp final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    const auto connect = wire_words::said<wire_words::Connect>(wire, message);
    if (!connect) return wire.say(message);
    wire_words::ConnectParts parts = wire_words::parts_of(*connect);
    parts.protocol_name = "MQIsdp";
    parts.level = 3;
    wire.say(wire_words::connect_of(parts));
  }
};

}  // namespace

WireMutant wire_mutant::mqisdp() {
  return {.name = "mutant-mqisdp", .summary = "reference, but its CONNECT is that of MQTT 3.1", .make = &make_wire_fault<SpeaksMqisdp>};
}

}  // namespace fleetsim::sim
