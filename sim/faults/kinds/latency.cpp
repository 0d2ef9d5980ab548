#include "sim/faults/jitter_draw.hpp"
#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

class Latency final : public Fault {
 public:
  explicit Latency(const FaultArguments& arguments)
      : latency_(arguments.duration("latency")),
        jitter_(arguments.duration("jitter")),
        shape_(static_cast<JitterShape>(arguments.whole("distribution"))) {}

  OpenFate open(const LinkMoment& moment, RandomStream& random) const override {
    // The SYN and its answer, each in the direction that is slow.
    Duration delay = draw(random);
    if (moment.direction == FaultDirection::both) delay += draw(random);
    return {.delay = delay};
  }
  SegmentFate segment(const LinkMoment&, const Segment&, FaultMemory&, RandomStream& random) const override {
    return {.delay = draw(random)};
  }

 private:
  Duration draw(RandomStream& random) const { return latency_ + draw_jitter(jitter_, shape_, random); }

  Duration latency_;
  Duration jitter_;
  JitterShape shape_;
};

}  // namespace

FaultKind fault_kind::latency() {
  static constexpr FaultParameter parameters[] = {
      {.name = "latency", .type = FaultValue::duration, .what = "one way", .max = an_hour_us, .is_required = true},
      {.name = "jitter", .type = FaultValue::duration, .what = "more or less, drawn for each segment", .max = a_minute_us},
      choice_parameter("distribution", "of the jitter", jitter_shapes)};
  return {.name = "latency",
          .summary = "all that is sent takes longer",
          .parameters = parameters,
          .has_direction = true,
          .make = [](const FaultArguments& arguments) -> std::unique_ptr<Fault> { return std::make_unique<Latency>(arguments); }};
}

}  // namespace fleetsim::sim
