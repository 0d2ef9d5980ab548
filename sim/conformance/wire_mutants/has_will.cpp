// It asks for a will, as MQTT has it and the platform has not.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class AsksForWill final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    const auto connect = wire_words::said<wire_words::Connect>(wire, message);
    if (!connect) return wire.say(message);
    wire_words::ConnectParts parts = wire_words::parts_of(*connect);
    parts.will_topic = "/" + parts.user_name + "/user/gone";
    wire.say(wire_words::connect_of(parts));
  }
};

}  // namespace

WireMutant wire_mutant::has_will() {
  return {.name = "mutant-has-will", .summary = "reference, but its CONNECT asks for a will", .make = &make_wire_fault<AsksForWill>};
}

}  // namespace fleetsim::sim
