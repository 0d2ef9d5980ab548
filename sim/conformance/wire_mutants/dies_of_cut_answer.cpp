// It waits for the rest of an answer that will never come.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_messages.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class DiesOfCutAnswer final : public WireFault {
 public:
  void opens(Wire& wire, const WirePlace& where) override {
    if (!wire_words::is_mqtt(wire)) is_within_ = false;
    wire.open(where);
  }
  void receives(Wire& wire, ByteView bytes) override {
    if (!wire_words::is_mqtt(wire)) is_within_ = true;
    wire.gather(bytes);
  }
  void hears(Wire& wire, ByteView message) override {
    const bool is_whole = text_of(message).find("\r\n\r\n") != std::string_view::npos && !is_cut(message);
    if (!wire_words::is_mqtt(wire) && is_whole) is_within_ = false;
    wire.hear(message);
  }
  void ends(Wire& wire, device::LinkEnd end) override {
    if (!wire_words::is_mqtt(wire) && is_within_) return wire.die();
    wire.end(end);
  }

 private:
  static bool is_cut(ByteView message) {
    std::size_t whole = 0;
    WireMessages(device::Leg::bootstrap, WireMessages::From::platform).take(message, [&](ByteView one) { whole += one.size(); });
    return whole != message.size();
  }

  bool is_within_ = false;
};

}  // namespace

WireMutant wire_mutant::dies_of_cut_answer() {
  return {.name = "mutant-dies-of-cut-answer",
          .summary = "reference, but an answer whose link ends before it is whole kills it",
          .make = &make_wire_fault<DiesOfCutAnswer>};
}

}  // namespace fleetsim::sim
