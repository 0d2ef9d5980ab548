#include "sim/faults/list.hpp"
#include "sim/faults/spread_draw.hpp"

namespace fleetsim::sim {
namespace {

/// When the fault is over somebody has set the clock right: it jumps back.
class ClockJump final : public Fault {
 public:
  explicit ClockJump(const FaultArguments& arguments) : by_(arguments.whole("by")), spread_ms_(arguments.whole("spread") / 1000) {}
  Duration clock_offset(const DeviceMoment& moment) const override {
    if (!moment.window.holds(moment.now)) return Duration{0};
    return Duration{by_ + 1000 * spread_around(0, spread_ms_, moment.draw)};
  }

 private:
  std::int64_t by_;
  std::int64_t spread_ms_;
};

}  // namespace

FaultKind fault_kind::clock_jump() {
  static constexpr std::int64_t jump_us_max = 1000 * an_hour_us;
  static constexpr FaultParameter parameters[] = {
      {.name = "by",
       .type = FaultValue::duration,
       .what = "forward; negative: back",
       .min = -jump_us_max,
       .max = jump_us_max,
       .is_required = true},
      {.name = "spread", .type = FaultValue::duration, .what = "more or less, drawn for each device", .max = 100 * an_hour_us}};
  return {.name = "clock_jump",
          .summary = "the devices' clocks are set forward or back, and right again when it is over",
          .parameters = parameters,
          .target = FaultTarget::clock,
          .standard_draw = FaultDraw::device,
          .make = [](const FaultArguments& arguments) -> std::unique_ptr<Fault> { return std::make_unique<ClockJump>(arguments); }};
}

}  // namespace fleetsim::sim
