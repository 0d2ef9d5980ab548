// It sends its Host header twice.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class TwoHostHeaders final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    if (wire_words::is_mqtt(wire)) return wire.say(message);
    const std::string_view request = text_of(message);
    const std::size_t at = request.find("Host: ");
    const std::string line(request.substr(at, request.find("\r\n", at) + 2 - at));
    wire.say(bytes_of(wire_words::replaced(request, line, line + line)));
  }
};

}  // namespace

WireMutant wire_mutant::two_hosts() {
  return {
      .name = "mutant-two-hosts", .summary = "reference, but its request has two Host headers", .make = &make_wire_fault<TwoHostHeaders>};
}

}  // namespace fleetsim::sim
