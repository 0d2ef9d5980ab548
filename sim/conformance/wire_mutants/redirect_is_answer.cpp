// It takes what comes with a redirect for its answer.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class RedirectIsAnswer final : public WireFault {
 public:
  void hears(Wire& wire, ByteView message) override {
    if (wire_words::is_mqtt(wire)) return wire.hear(message);
    wire.hear(bytes_of(wire_words::taken_for_success(text_of(message), '3')));
  }
};

}  // namespace

WireMutant wire_mutant::redirect_is_answer() {
  return {.name = "mutant-redirect-is-answer",
          .summary = "reference, but it reads the body of a redirect as an answer",
          .make = &make_wire_fault<RedirectIsAnswer>};
}

}  // namespace fleetsim::sim
