// Now and then it says CONNECT again where it is online already.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class ConnectsTwice final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    if (wire_words::said<wire_words::Connect>(wire, message)) connect_.assign(message.begin(), message.end());
    wire.say(message);
  }
  void hears(Wire& wire, ByteView message) override {
    const bool is_puback = wire_words::heard(wire, message, device::mqtt::PacketType::puback).has_value();
    wire.hear(message);
    if (is_puback && ++acknowledged_ % every == 0) wire.say(connect_);
  }

 private:
  static constexpr int every = 25;
  int acknowledged_ = 0;
  wire_words::Bytes connect_;
};

}  // namespace

WireMutant wire_mutant::connects_twice() {
  return {.name = "mutant-connects-twice",
          .summary = "reference, but now and then it says CONNECT again on a link that is connected",
          .make = &make_wire_fault<ConnectsTwice>};
}

}  // namespace fleetsim::sim
