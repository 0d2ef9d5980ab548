// It leaves its bootstrap link open once it has its answer.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class KeepsBootstrapLink final : public WireFault {
 public:
  void closes(Wire& wire) override { wire_words::is_mqtt(wire) ? wire.finish() : wire.keep_open(); }
};

}  // namespace

WireMutant wire_mutant::keeps_bootstrap_link() {
  return {.name = "mutant-keeps-bootstrap-link",
          .summary = "reference, but it never closes its bootstrap link",
          .make = &make_wire_fault<KeepsBootstrapLink>};
}

}  // namespace fleetsim::sim
