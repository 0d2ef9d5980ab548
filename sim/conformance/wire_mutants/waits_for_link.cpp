// It has no time-out for an opening.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class WaitsForLink final : public WireFault {
 public:
  void opens(Wire& wire, const WirePlace& where) override {
    if (!wire_words::is_mqtt(wire)) is_opening_ = true;
    wire.open(where);
  }
  void says(Wire& wire, ByteView message) override {
    if (!wire_words::is_mqtt(wire)) is_opening_ = false;
    wire.say(message);
  }
  void ends(Wire& wire, device::LinkEnd end) override {
    if (!wire_words::is_mqtt(wire)) is_opening_ = false;
    wire.end(end);
  }
  void closes(Wire& wire) override {
    if (!wire_words::is_mqtt(wire) && is_opening_) return wire.die();
    wire.finish();
  }

 private:
  bool is_opening_ = false;
};

}  // namespace

WireMutant wire_mutant::waits_for_link() {
  return {.name = "mutant-waits-for-link",
          .summary = "reference, but an opening of the bootstrap link that nobody answers it waits for, for ever",
          .make = &make_wire_fault<WaitsForLink>};
}

}  // namespace fleetsim::sim
