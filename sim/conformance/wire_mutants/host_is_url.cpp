// It writes a URL into its Host header.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class HostIsUrl final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    if (wire_words::is_mqtt(wire)) return wire.say(message);
    const std::string_view request = text_of(message);
    wire.say(bytes_of(wire_words::replaced(request, "Host: ", "Host: https://")));
  }
};

}  // namespace

WireMutant wire_mutant::host_is_url() {
  return {.name = "mutant-host-is-url", .summary = "reference, but its Host header is a URL", .make = &make_wire_fault<HostIsUrl>};
}

}  // namespace fleetsim::sim
