#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

class StaleEndpoint final : public Fault {
 public:
  std::optional<platform::misbehaviour::Rule> rule() const override { return platform::misbehaviour::Rule{.kind = "bootstrap_same_host"}; }
};

}  // namespace

FaultKind fault_kind::stale_endpoint() {
  return {.name = "stale_endpoint",
          .summary = "bootstrap answers with the endpoint that the device is being moved away from, or has been",
          .target = FaultTarget::platform_rule,
          .only_leg = FaultLeg::bootstrap,
          .standard_draw = FaultDraw::device,
          .make = [](const FaultArguments&) -> std::unique_ptr<Fault> { return std::make_unique<StaleEndpoint>(); }};
}

}  // namespace fleetsim::sim
