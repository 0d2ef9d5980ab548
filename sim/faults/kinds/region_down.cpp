#include "sim/faults/list.hpp"
#include "sim/faults/outage.hpp"

namespace fleetsim::sim {

FaultKind fault_kind::region_down() {
  static constexpr FaultParameter parameters[] = {choice_parameter("how", "what a device sees", outage_shapes)};
  return {.name = "region_down",
          .summary = "the endpoints of regions are gone",
          .parameters = parameters,
          .needs_regions = true,
          .standard_draw = FaultDraw::device,
          .make = [](const FaultArguments& arguments) -> std::unique_ptr<Fault> { return std::make_unique<Outage>(arguments); }};
}

}  // namespace fleetsim::sim
