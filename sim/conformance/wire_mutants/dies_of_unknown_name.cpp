// A resolver that knows no name is more than it bears.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class DiesOfUnknownName final : public WireFault {
 public:
  void ends(Wire& wire, device::LinkEnd end) override {
    if (!wire_words::is_mqtt(wire) && end == device::LinkEnd::dns_failed) return wire.die();
    wire.end(end);
  }
};

}  // namespace

WireMutant wire_mutant::dies_of_unknown_name() {
  return {.name = "mutant-dies-of-unknown-name",
          .summary = "reference, but a bootstrap host whose name is unknown kills it",
          .make = &make_wire_fault<DiesOfUnknownName>};
}

}  // namespace fleetsim::sim
