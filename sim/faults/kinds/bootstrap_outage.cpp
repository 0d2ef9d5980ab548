#include "sim/faults/list.hpp"
#include "sim/faults/outage.hpp"

namespace fleetsim::sim {

FaultKind fault_kind::bootstrap_outage() {
  static constexpr FaultParameter parameters[] = {choice_parameter("how", "what a device sees", outage_shapes)};
  return {.name = "bootstrap_outage",
          .summary = "the bootstrap endpoint is gone",
          .parameters = parameters,
          .only_leg = FaultLeg::bootstrap,
          .standard_draw = FaultDraw::device,
          .make = [](const FaultArguments& arguments) -> std::unique_ptr<Fault> { return std::make_unique<Outage>(arguments); }};
}

}  // namespace fleetsim::sim
