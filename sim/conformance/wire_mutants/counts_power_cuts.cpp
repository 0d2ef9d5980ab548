// It counts its starts in flash, and has room for twenty.
#include "sim/conformance/wire_mutants/list.hpp"
#include "sim/conformance/wire_mutants/wire_words.hpp"

namespace fleetsim::sim {
namespace {

class CountsPowerCuts final : public WireFault {
 public:
  void loses_power(Wire& wire) override {
    if (++cuts_ == cuts_max) wire.die();
  }

 private:
  static constexpr int cuts_max = 20;
  int cuts_ = 0;
};

}  // namespace

WireMutant wire_mutant::counts_power_cuts() {
  return {.name = "mutant-counts-power-cuts",
          .summary = "reference, but the twentieth power cut kills it",
          .make = &make_wire_fault<CountsPowerCuts>};
}

}  // namespace fleetsim::sim
