// Its client id says securemode=9.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class UnknownSecuremode final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    const auto connect = wire_words::said<wire_words::Connect>(wire, message);
    if (!connect) return wire.say(message);
    wire_words::ConnectParts parts = wire_words::parts_of(*connect);
    parts.client_id = wire_words::replaced(parts.client_id, "securemode=3", "securemode=9");
    parts.client_id = wire_words::replaced(parts.client_id, "securemode=2", "securemode=9");
    wire.say(wire_words::connect_of(parts));
  }
};

}  // namespace

WireMutant wire_mutant::securemode_9() {
  return {.name = "mutant-securemode-9",
          .summary = "reference, but its client id has a securemode that there is not",
          .make = &make_wire_fault<UnknownSecuremode>};
}

}  // namespace fleetsim::sim
