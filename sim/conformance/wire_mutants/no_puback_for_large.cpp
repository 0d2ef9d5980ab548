// A message that does not fit its buffer is dropped as if it had never come.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class NoPubackForLarge final : public WireFault {
 public:
  void hears(Wire& wire, ByteView message) override {
    const auto publish = wire_words::heard(wire, message, device::mqtt::PacketType::publish);
    if (!publish || message.size() <= buffer_bytes || publish->qos == 0) wire.hear(message);
  }

 private:
  static constexpr std::size_t buffer_bytes = std::size_t{8} * 1024;
};

}  // namespace

WireMutant wire_mutant::no_puback_for_large() {
  return {.name = "mutant-no-puback-for-large",
          .summary = "reference, but it acknowledges no message of more than 8 KiB",
          .make = &make_wire_fault<NoPubackForLarge>};
}

}  // namespace fleetsim::sim
