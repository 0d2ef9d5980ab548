#include <algorithm>

#include "sim/faults/list.hpp"
#include "sim/faults/spread_draw.hpp"

namespace fleetsim::sim {
namespace {

/// The clock never goes back: it is slow by a tenth at most, so that it takes ten faults to stop it. What it has gained it keeps when the
/// fault is over.
class ClockSkew final : public Fault {
 public:
  explicit ClockSkew(const FaultArguments& arguments) : ppm_(arguments.whole("ppm")), spread_(arguments.whole("spread")) {}
  Duration clock_offset(const DeviceMoment& moment) const override {
    const std::int64_t ppm = std::clamp(spread_around(ppm_, spread_, moment.draw), -ppm_max, ppm_max);
    const std::int64_t passed = (std::min(moment.now, moment.window.until) - moment.window.from).count();
    // Whole seconds for themselves: the product of a long time and a rate would not fit.
    return Duration{passed / 1'000'000 * ppm + passed % 1'000'000 * ppm / 1'000'000};
  }
  static constexpr std::int64_t ppm_max = 100'000;

 private:
  std::int64_t ppm_;
  std::int64_t spread_;
};

}  // namespace

FaultKind fault_kind::clock_skew() {
  static constexpr FaultParameter parameters[] = {
      {.name = "ppm",
       .type = FaultValue::whole,
       .what = "microseconds a second; negative: slow",
       .min = -ClockSkew::ppm_max,
       .max = ClockSkew::ppm_max,
       .is_required = true},
      {.name = "spread", .type = FaultValue::whole, .what = "more or less, drawn for each device", .max = ClockSkew::ppm_max}};
  return {.name = "clock_skew",
          .summary = "the devices' clocks are fast or slow",
          .parameters = parameters,
          .target = FaultTarget::clock,
          .standard_draw = FaultDraw::device,
          .make = [](const FaultArguments& arguments) -> std::unique_ptr<Fault> { return std::make_unique<ClockSkew>(arguments); }};
}

}  // namespace fleetsim::sim
