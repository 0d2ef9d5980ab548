// What comes in one moment it acknowledges from the last to the first.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class PubacksOutOfOrder final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    if (!wire_words::puback_id(wire, message)) return wire.say(message);
    held_.emplace_back(message.begin(), message.end());
    wire.wake_at(wire.now() + a_moment);
  }
  void wakes(Wire& wire) override {
    for (auto one = held_.rbegin(); one != held_.rend(); ++one) wire.say(*one);
    held_.clear();
  }
  void closes(Wire& wire) override {
    wakes(wire);
    wire.finish();
  }

 private:
  static constexpr Duration a_moment = std::chrono::milliseconds{20};
  std::vector<wire_words::Bytes> held_;
};

}  // namespace

WireMutant wire_mutant::pubacks_out_of_order() {
  return {.name = "mutant-pubacks-out-of-order",
          .summary = "reference, but it acknowledges the last message first",
          .make = &make_wire_fault<PubacksOutOfOrder>};
}

}  // namespace fleetsim::sim
