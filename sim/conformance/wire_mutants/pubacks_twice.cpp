// On a session that was kept it acknowledges twice: once by the handler that it has, and once by the one that it sets up again.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class PubacksTwice final : public WireFault {
 public:
  void hears(Wire& wire, ByteView message) override {
    if (const auto connack = wire_words::heard(wire, message, device::mqtt::PacketType::connack)) is_kept_ = connack->session_present;
    wire.hear(message);
  }
  void says(Wire& wire, ByteView message) override {
    wire.say(message);
    if (is_kept_ && wire_words::puback_id(wire, message)) wire.say(message);
  }

 private:
  bool is_kept_ = false;
};

}  // namespace

WireMutant wire_mutant::pubacks_twice() {
  return {.name = "mutant-pubacks-twice",
          .summary = "kept-session, but it acknowledges twice on a session that is there again",
          .make = &make_wire_fault<PubacksTwice>,
          .profile = "kept-session"};
}

}  // namespace fleetsim::sim
