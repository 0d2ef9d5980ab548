// It counts one byte of its form too many.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class LengthTooLong final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    if (wire_words::is_mqtt(wire)) return wire.say(message);
    wire.say(bytes_of(wire_words::with_length_off_by(text_of(message), 1)));
  }
};

}  // namespace

WireMutant wire_mutant::content_length_long() {
  return {.name = "mutant-content-length-long",
          .summary = "reference, but the Content-Length of its request is one too large",
          .make = &make_wire_fault<LengthTooLong>};
}

}  // namespace fleetsim::sim
