// Its first CONNECT at a new place has the signature of another.
#include <algorithm>

#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class SignsForOldPlace final : public WireFault {
 public:
  void says(Wire& wire, ByteView message) override {
    const auto connect = wire_words::said<wire_words::Connect>(wire, message);
    const bool is_new = connect && std::find(known_.begin(), known_.end(), wire.place()) == known_.end();
    if (is_new) known_.push_back(wire.place());
    if (!is_new || known_.size() == 1) return wire.say(message);
    wire_words::Bytes changed(message.begin(), message.end());
    changed.back() = changed.back() == '0' ? '1' : '0';
    wire.say(changed);
  }

 private:
  std::vector<WirePlace> known_;
};

}  // namespace

WireMutant wire_mutant::signs_for_old_place() {
  return {.name = "mutant-signs-for-old-place",
          .summary = "reference, but its first CONNECT at a new place is signed wrong",
          .make = &make_wire_fault<SignsForOldPlace>};
}

}  // namespace fleetsim::sim
