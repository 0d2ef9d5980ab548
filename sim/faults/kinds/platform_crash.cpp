#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

class PlatformCrash final : public Fault {
 public:
  explicit PlatformCrash(const FaultArguments& arguments) : downtime_(arguments.duration("downtime")) {}
  std::optional<Duration> crash() const override { return downtime_; }

 private:
  Duration downtime_;
};

}  // namespace

FaultKind fault_kind::platform_crash() {
  static constexpr FaultParameter parameters[] = {
      {.name = "downtime", .type = FaultValue::duration, .what = "until it is back", .standard = 1'000'000, .max = an_hour_us}};
  return {.name = "platform_crash",
          .summary = "the platform dies in the middle of things, and comes back from its store",
          .parameters = parameters,
          .target = FaultTarget::platform_crash,
          .make = [](const FaultArguments& arguments) -> std::unique_ptr<Fault> { return std::make_unique<PlatformCrash>(arguments); }};
}

}  // namespace fleetsim::sim
