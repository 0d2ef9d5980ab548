// A link that is cut sends it back to where it was before, once.
#include <utility>

#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class BackToOldPlace final : public WireFault {
 public:
  void opens(Wire& wire, const WirePlace& where) override {
    const bool goes_back = wire_words::is_mqtt(wire) && std::exchange(is_cut_, false) && before_ != WirePlace{} && before_ != where;
    wire.open(goes_back ? before_ : where);
  }
  void hears(Wire& wire, ByteView message) override {
    if (wire_words::is_accepted(wire, message) && here_ != wire.place()) before_ = std::exchange(here_, wire.place());
    wire.hear(message);
  }
  void ends(Wire& wire, device::LinkEnd end) override {
    if (wire_words::is_mqtt(wire)) is_cut_ = true;
    wire.end(end);
  }

 private:
  WirePlace before_;
  WirePlace here_;
  bool is_cut_ = false;
};

}  // namespace

WireMutant wire_mutant::back_to_old_place() {
  return {.name = "mutant-back-to-old-place",
          .summary = "reference, but when its link at a new place is cut, it tries the old one first",
          .make = &make_wire_fault<BackToOldPlace>};
}

}  // namespace fleetsim::sim
