// Now and then it publishes with QoS 2, which the platform does not serve.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class PublishesQos2 final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    const auto publish = wire_words::said<wire_words::Publish>(wire, message);
    if (!publish || publish->qos != 1 || publish->duplicate || ++count_ % every != 0) return wire.say(message);
    wire_words::Bytes changed(message.begin(), message.end());
    changed[0] = static_cast<std::uint8_t>((changed[0] & 0xf9U) | 0x04U);
    wire.say(changed);
  }

 private:
  static constexpr int every = 25;
  int count_ = 0;
};

}  // namespace

WireMutant wire_mutant::publishes_qos_2() {
  return {
      .name = "mutant-publishes-qos-2", .summary = "reference, but each 25th PUBLISH has QoS 2", .make = &make_wire_fault<PublishesQos2>};
}

}  // namespace fleetsim::sim
