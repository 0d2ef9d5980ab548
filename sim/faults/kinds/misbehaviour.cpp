#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

/// The spec has the rule, and says whom it is about and when: there is nothing left to know.
class Misbehaviour final : public Fault {};

}  // namespace

FaultKind fault_kind::misbehaviour() {
  return {.name = "misbehaviour",
          .summary = "the platform does something else wrong: any rule of misbehaviour",
          .target = FaultTarget::platform_rule,
          .takes_rule = true,
          .standard_draw = FaultDraw::device,
          .make = [](const FaultArguments&) -> std::unique_ptr<Fault> { return std::make_unique<Misbehaviour>(); }};
}

}  // namespace fleetsim::sim
