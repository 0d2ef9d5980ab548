// Its clock runs over after half a day.
#include <utility>

#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class HangsAfterHalfADay final : public WireFault {
 public:
  void opens(Wire& wire, const WirePlace& where) override {
    if (!std::exchange(has_begun_, true)) wire.wake_at(wire.now() + half_a_day);
    wire.open(where);
  }
  void wakes(Wire& wire) override { wire.die(); }

 private:
  static constexpr Duration half_a_day = std::chrono::hours{12};
  bool has_begun_ = false;
};

}  // namespace

WireMutant wire_mutant::hangs_after_half_a_day() {
  return {.name = "mutant-hangs-after-half-a-day",
          .summary = "reference, but it hangs twelve hours after its first link",
          .make = &make_wire_fault<HangsAfterHalfADay>};
}

}  // namespace fleetsim::sim
