#include "sim/faults/jitter_draw.hpp"
#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

class Jitter final : public Fault {
 public:
  explicit Jitter(const FaultArguments& arguments)
      : jitter_(arguments.duration("jitter")), shape_(static_cast<JitterShape>(arguments.whole("distribution"))) {}

  OpenFate open(const LinkMoment& moment, RandomStream& random) const override {
    Duration delay = draw_jitter(jitter_, shape_, random);
    if (moment.direction == FaultDirection::both) delay += draw_jitter(jitter_, shape_, random);
    return {.delay = delay};
  }
  SegmentFate segment(const LinkMoment&, const Segment&, FaultMemory&, RandomStream& random) const override {
    return {.delay = draw_jitter(jitter_, shape_, random)};
  }

 private:
  Duration jitter_;
  JitterShape shape_;
};

}  // namespace

FaultKind fault_kind::jitter() {
  static constexpr FaultParameter parameters[] = {{.name = "jitter",
                                                   .type = FaultValue::duration,
                                                   .what = "more or less, drawn for each segment",
                                                   .max = a_minute_us,
                                                   .is_required = true},
                                                  choice_parameter("distribution", "of the jitter", jitter_shapes)};
  return {.name = "jitter",
          .summary = "the link's latency varies",
          .parameters = parameters,
          .has_direction = true,
          .make = [](const FaultArguments& arguments) -> std::unique_ptr<Fault> { return std::make_unique<Jitter>(arguments); }};
}

}  // namespace fleetsim::sim
