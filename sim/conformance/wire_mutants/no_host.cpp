// It sends no Host header.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class NoHostHeader final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    if (wire_words::is_mqtt(wire)) return wire.say(message);
    const std::string_view request = text_of(message);
    const std::size_t at = request.find("Host: ");
    const std::string_view line = request.substr(at, request.find("\r\n", at) + 2 - at);
    wire.say(bytes_of(wire_words::replaced(request, line, "")));
  }
};

}  // namespace

WireMutant wire_mutant::no_host() {
  return {.name = "mutant-no-host", .summary = "reference, but its request has no Host header", .make = &make_wire_fault<NoHostHeader>};
}

}  // namespace fleetsim::sim
