// An answer that is longer than its buffer kills it.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class DiesOfLongAnswer final : public WireFault {
 public:
  void hears(Wire& wire, ByteView message) override {
    if (!wire_words::is_mqtt(wire) && message.size() > buffer_bytes) return wire.die();
    wire.hear(message);
  }

 private:
  static constexpr std::size_t buffer_bytes = std::size_t{8} * 1024;
};

}  // namespace

WireMutant wire_mutant::dies_of_long_answer() {
  return {.name = "mutant-dies-of-long-answer",
          .summary = "reference, but an answer of more than 8 KiB kills it",
          .make = &make_wire_fault<DiesOfLongAnswer>};
}

}  // namespace fleetsim::sim
