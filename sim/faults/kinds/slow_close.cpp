#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

class SlowClose final : public Fault {
 public:
  explicit SlowClose(const FaultArguments& arguments) : delay_(arguments.duration("delay")) {}
  SegmentFate segment(const LinkMoment&, const Segment&, FaultMemory&, RandomStream&) const override { return {.close_delay = delay_}; }

 private:
  Duration delay_;
};

}  // namespace

FaultKind fault_kind::slow_close() {
  static constexpr FaultParameter parameters[] = {
      {.name = "delay", .type = FaultValue::duration, .what = "so much later", .min = 1, .max = an_hour_us, .is_required = true}};
  return {.name = "slow_close",
          .summary = "the end of a link arrives late",
          .parameters = parameters,
          .has_direction = true,
          .make = [](const FaultArguments& arguments) -> std::unique_ptr<Fault> { return std::make_unique<SlowClose>(arguments); }};
}

}  // namespace fleetsim::sim
