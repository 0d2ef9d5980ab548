#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

class LateNotify final : public Fault {
 public:
  explicit LateNotify(const FaultArguments& arguments) : delay_(arguments.duration("delay")) {}
  std::optional<platform::misbehaviour::Rule> rule() const override {
    return platform::misbehaviour::Rule{.kind = "mqtt_late", .arguments = {{"packet", std::string{"notify"}}, {"delay", delay_}}};
  }

 private:
  Duration delay_;
};

}  // namespace

FaultKind fault_kind::late_notify() {
  static constexpr FaultParameter parameters[] = {
      {.name = "delay", .type = FaultValue::duration, .what = "so much later", .min = 1000, .max = an_hour_us, .is_required = true}};
  return {.name = "late_notify",
          .summary = "the notify comes late",
          .parameters = parameters,
          .target = FaultTarget::platform_rule,
          .standard_draw = FaultDraw::device,
          .make = [](const FaultArguments& arguments) -> std::unique_ptr<Fault> { return std::make_unique<LateNotify>(arguments); }};
}

}  // namespace fleetsim::sim
