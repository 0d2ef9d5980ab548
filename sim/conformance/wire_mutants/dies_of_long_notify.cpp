// A message that is longer than its memory kills it.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class DiesOfLongNotify final : public WireFault {
 public:
  void hears(Wire& wire, ByteView message) override {
    if (wire_words::is_mqtt(wire) && message.size() > memory_bytes) return wire.die();
    wire.hear(message);
  }

 private:
  static constexpr std::size_t memory_bytes = std::size_t{32} * 1024;
};

}  // namespace

WireMutant wire_mutant::dies_of_long_notify() {
  return {.name = "mutant-dies-of-long-notify",
          .summary = "reference, but a message of more than 32 KiB kills it",
          .make = &make_wire_fault<DiesOfLongNotify>};
}

}  // namespace fleetsim::sim
