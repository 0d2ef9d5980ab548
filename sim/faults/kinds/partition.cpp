#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

/// Whatever direction is cut, no opening gets through: either its SYN or the answer is lost.
class Partition final : public Fault {
 public:
  OpenFate open(const LinkMoment&, RandomStream&) const override { return {.kind = OpenFate::Kind::unanswered}; }
  SegmentFate segment(const LinkMoment&, const Segment&, FaultMemory&, RandomStream&) const override { return {.lost = true}; }
};

}  // namespace

FaultKind fault_kind::partition() {
  return {.name = "partition",
          .summary = "devices and endpoints do not reach each other; links that are open wait, and go on when it is over in time",
          .has_direction = true,
          .standard_draw = FaultDraw::device,
          .make = [](const FaultArguments&) -> std::unique_ptr<Fault> { return std::make_unique<Partition>(); }};
}

}  // namespace fleetsim::sim
