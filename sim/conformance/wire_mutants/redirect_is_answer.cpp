// It takes what comes with a redirect for its answer.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class RedirectIsAnswer final : public WireFault {
 public:
  void hears(Wire& wire, ByteView message) override {
    constexpr std::size_t status_at = 9;  // behind "HTTP/1.1 "
    const std::string_view answer = text_of(message);
    const bool is_meant = !wire_words::is_mqtt(wire) && answer.starts_with("HTTP/1.1 ") && answer.substr(status_at).starts_with('3');
    if (!is_meant) return wire.hear(message);
    wire.hear(bytes_of(wire_words::replaced(answer, answer.substr(status_at, 3), "200")));
  }
};

}  // namespace

WireMutant wire_mutant::redirect_is_answer() {
  return {.name = "mutant-redirect-is-answer",
          .summary = "reference, but it reads the body of a redirect as an answer",
          .make = &make_wire_fault<RedirectIsAnswer>};
}

}  // namespace fleetsim::sim
