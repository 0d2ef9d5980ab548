// It does not look at the status of an error.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class ErrorIsAnswer final : public WireFault {
 public:
  void hears(Wire& wire, ByteView message) override {
    if (wire_words::is_mqtt(wire)) return wire.hear(message);
    wire.hear(bytes_of(wire_words::taken_for_success(wire_words::taken_for_success(text_of(message), '4'), '5')));
  }
};

}  // namespace

WireMutant wire_mutant::error_is_answer() {
  return {.name = "mutant-error-is-answer",
          .summary = "reference, but it reads the body of an HTTP error as an answer",
          .make = &make_wire_fault<ErrorIsAnswer>};
}

}  // namespace fleetsim::sim
