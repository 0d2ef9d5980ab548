// It counts one byte of its form too many.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class LengthTooLong final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    if (wire_words::is_mqtt(wire)) return wire.say(message);
    const std::string_view request = text_of(message);
    const std::size_t at = request.find("Content-Length: ");
    if (at == std::string_view::npos) return wire.say(message);
    const std::string_view line = request.substr(at, request.find("\r\n", at) - at);
    const std::size_t body = request.size() - request.find("\r\n\r\n") - 4;
    wire.say(bytes_of(wire_words::replaced(request, line, "Content-Length: " + std::to_string(body + 1))));
  }
};

}  // namespace

WireMutant wire_mutant::content_length_long() {
  return {.name = "mutant-content-length-long",
          .summary = "reference, but the Content-Length of its request is one too large",
          .make = &make_wire_fault<LengthTooLong>};
}

}  // namespace fleetsim::sim
