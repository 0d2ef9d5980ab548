// It sets the connect flag that must be 0.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class SetsReservedFlag final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    const auto connect = wire_words::said<wire_words::Connect>(wire, message);
    if (!connect) return wire.say(message);
    wire_words::ConnectParts parts = wire_words::parts_of(*connect);
    parts.extra_flags = 0x01;
    wire.say(wire_words::connect_of(parts));
  }
};

}  // namespace

WireMutant wire_mutant::reserved_connect_flag() {
  return {.name = "mutant-reserved-connect-flag",
          .summary = "reference, but the reserved flag of its CONNECT is set",
          .make = &make_wire_fault<SetsReservedFlag>};
}

}  // namespace fleetsim::sim
