#include <algorithm>

#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

class Timeout final : public Fault {
 public:
  explicit Timeout(const FaultArguments& arguments) : timeout_(arguments.duration("timeout")) {}
  SegmentFate segment(const LinkMoment&, const Segment&, FaultMemory&, RandomStream&) const override { return {.held = true}; }
  LinkEnding ending(const LinkPlace& place, const FaultWindow& window) const override {
    // What vanished never comes: when the fault is over, a link that had it is no use to anybody.
    const Instant at = timeout_ == Duration{0} ? window.until : std::min(std::max(place.opened_at, window.from) + timeout_, window.until);
    return {.at = at, .how = SegmentFate::End::close};
  }

 private:
  Duration timeout_;
};

}  // namespace

FaultKind fault_kind::timeout() {
  static constexpr FaultParameter parameters[] = {
      {.name = "timeout", .type = FaultValue::duration, .what = "then the link is closed; 0: when the fault is over", .max = an_hour_us}};
  return {.name = "timeout",
          .summary = "what is sent vanishes and nobody tells; after a while, or when the fault is over, the link is closed",
          .parameters = parameters,
          .has_direction = true,
          .make = [](const FaultArguments& arguments) -> std::unique_ptr<Fault> { return std::make_unique<Timeout>(arguments); }};
}

}  // namespace fleetsim::sim
