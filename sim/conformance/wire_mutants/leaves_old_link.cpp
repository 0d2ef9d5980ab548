// It leaves its old link open, and goes where it was told to go.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class LeavesOldLink final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    if (!wire_words::said<platform::mqtt::Disconnect>(wire, message)) wire.say(message);
  }
  void closes(Wire& wire) override { wire_words::is_mqtt(wire) ? wire.leave() : wire.finish(); }
};

}  // namespace

WireMutant wire_mutant::leaves_old_link() {
  return {.name = "mutant-leaves-old-link",
          .summary = "reference, but it leaves its old link as it is when it moves",
          .make = &make_wire_fault<LeavesOldLink>};
}

}  // namespace fleetsim::sim
