// It names itself with product key and device name in the wrong order.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class SwapsUserName final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    const auto connect = wire_words::said<wire_words::Connect>(wire, message);
    if (!connect) return wire.say(message);
    wire_words::ConnectParts parts = wire_words::parts_of(*connect);
    const std::size_t bar = parts.user_name.find('&');
    parts.user_name = parts.user_name.substr(bar + 1) + "&" + parts.user_name.substr(0, bar);
    wire.say(wire_words::connect_of(parts));
  }
};

}  // namespace

WireMutant wire_mutant::user_name_swapped() {
  return {.name = "mutant-user-name-swapped",
          .summary = "reference, but its user name has product key and device name in the wrong order",
          .make = &make_wire_fault<SwapsUserName>};
}

}  // namespace fleetsim::sim
