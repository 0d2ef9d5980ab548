// It takes each read for one whole packet.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_messages.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class LosesSplitPackets final : public WireFault {
 public:
  void receives(Wire& wire, ByteView bytes) override {
    if (!wire_words::is_mqtt(wire)) return wire.gather(bytes);
    std::size_t whole = 0;
    WireMessages(device::Leg::mqtt, WireMessages::From::platform).take(bytes, [&](ByteView message) { whole += message.size(); });
    wire.hear(bytes.first(whole));
  }
};

}  // namespace

WireMutant wire_mutant::loses_split_packets() {
  return {.name = "mutant-loses-split-packets",
          .summary = "reference, but a packet that comes in more than one read is lost",
          .make = &make_wire_fault<LosesSplitPackets>};
}

}  // namespace fleetsim::sim
