// What comes with DUP it takes for done: it drops it, and says nothing.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class NoPubackForDup final : public WireFault {
 public:
  void hears(Wire& wire, ByteView message) override {
    const auto publish = wire_words::heard(wire, message, device::mqtt::PacketType::publish);
    if (!publish || !publish->duplicate) wire.hear(message);
  }
};

}  // namespace

WireMutant wire_mutant::no_puback_for_dup() {
  return {.name = "mutant-no-puback-for-dup",
          .summary = "kept-session, but it drops what comes with DUP",
          .make = &make_wire_fault<NoPubackForDup>,
          .profile = "kept-session"};
}

}  // namespace fleetsim::sim
