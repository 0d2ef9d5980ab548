// A link that ends before its answer has begun is more than it bears.
#include <utility>

#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class DiesOfNoAnswer final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    if (!wire_words::is_mqtt(wire)) is_unanswered_ = true;
    wire.say(message);
  }
  void receives(Wire& wire, ByteView bytes) override {
    if (!wire_words::is_mqtt(wire)) is_unanswered_ = false;
    wire.gather(bytes);
  }
  void ends(Wire& wire, device::LinkEnd end) override {
    if (!wire_words::is_mqtt(wire) && std::exchange(is_unanswered_, false) && end == device::LinkEnd::closed_by_peer) return wire.die();
    wire.end(end);
  }

 private:
  bool is_unanswered_ = false;
};

}  // namespace

WireMutant wire_mutant::dies_of_no_answer() {
  return {.name = "mutant-dies-of-no-answer",
          .summary = "reference, but a bootstrap link that is closed without a word kills it",
          .make = &make_wire_fault<DiesOfNoAnswer>};
}

}  // namespace fleetsim::sim
