// It takes the first read for the whole answer.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_messages.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class FirstReadIsAnswer final : public WireFault {
 public:
  void receives(Wire& wire, ByteView bytes) override {
    if (wire_words::is_mqtt(wire)) return wire.gather(bytes);
    std::size_t whole = 0;
    WireMessages(device::Leg::bootstrap, WireMessages::From::platform).take(bytes, [&](ByteView message) { whole += message.size(); });
    wire.hear(bytes);
    if (whole == 0) wire.end(device::LinkEnd::closed_by_peer);
  }
};

}  // namespace

WireMutant wire_mutant::first_read_is_answer() {
  return {.name = "mutant-first-read-is-answer",
          .summary = "reference, but of its bootstrap answer it reads what comes first",
          .make = &make_wire_fault<FirstReadIsAnswer>};
}

}  // namespace fleetsim::sim
