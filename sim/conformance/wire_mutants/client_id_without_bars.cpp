// Its client id has its parameters behind a comma.
#include <algorithm>

#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class ClientIdWithoutBars final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    const auto connect = wire_words::said<wire_words::Connect>(wire, message);
    if (!connect) return wire.say(message);
    wire_words::ConnectParts parts = wire_words::parts_of(*connect);
    std::replace(parts.client_id.begin(), parts.client_id.end(), '|', ',');
    wire.say(wire_words::connect_of(parts));
  }
};

}  // namespace

WireMutant wire_mutant::client_id_without_bars() {
  return {.name = "mutant-client-id-without-bars",
          .summary = "reference, but its client id has commas for bars",
          .make = &make_wire_fault<ClientIdWithoutBars>};
}

}  // namespace fleetsim::sim
