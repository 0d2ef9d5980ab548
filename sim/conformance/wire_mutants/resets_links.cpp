// It resets its link, so that its last words may be lost.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class ResetsLinks final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    if (!wire_words::said<platform::mqtt::Disconnect>(wire, message)) wire.say(message);
  }
  void closes(Wire& wire) override { wire_words::is_mqtt(wire) ? wire.reset() : wire.finish(); }
};

}  // namespace

WireMutant wire_mutant::resets_links() {
  return {.name = "mutant-resets-links",
          .summary = "reference, but it resets its MQTT links instead of closing them",
          .make = &make_wire_fault<ResetsLinks>};
}

}  // namespace fleetsim::sim
