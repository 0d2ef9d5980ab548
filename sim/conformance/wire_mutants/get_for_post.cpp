// It asks with GET for what is posted.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class GetsBootstrap final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    if (wire_words::is_mqtt(wire)) return wire.say(message);
    const std::string_view request = text_of(message);
    wire.say(bytes_of(wire_words::replaced(request, "POST ", "GET ")));
  }
};

}  // namespace

WireMutant wire_mutant::get_for_post() {
  return {.name = "mutant-get-for-post", .summary = "reference, but it asks with GET", .make = &make_wire_fault<GetsBootstrap>};
}

}  // namespace fleetsim::sim
