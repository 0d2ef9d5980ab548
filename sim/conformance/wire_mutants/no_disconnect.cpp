// It closes its link without a DISCONNECT.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class NoDisconnect final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    if (!wire_words::said<platform::mqtt::Disconnect>(wire, message)) wire.say(message);
  }
};

}  // namespace

WireMutant wire_mutant::no_disconnect() {
  return {.name = "mutant-no-disconnect",
          .summary = "reference, but it closes its links without DISCONNECT",
          .make = &make_wire_fault<NoDisconnect>};
}

}  // namespace fleetsim::sim
