#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

class DuplicateNotify final : public Fault {
 public:
  explicit DuplicateNotify(const FaultArguments& arguments) : copies_(arguments.whole("copies")) {}
  std::optional<platform::misbehaviour::Rule> rule() const override {
    return platform::misbehaviour::Rule{.kind = "notify_duplicate", .arguments = {{"copies", copies_}}};
  }

 private:
  std::int64_t copies_;
};

}  // namespace

FaultKind fault_kind::duplicate_notify() {
  static constexpr FaultParameter parameters[] = {
      {.name = "copies", .type = FaultValue::whole, .what = "in all", .standard = 2, .min = 2, .max = 16}};
  return {.name = "duplicate_notify",
          .summary = "the notify comes several times",
          .parameters = parameters,
          .target = FaultTarget::platform_rule,
          .standard_draw = FaultDraw::device,
          .make = [](const FaultArguments& arguments) -> std::unique_ptr<Fault> { return std::make_unique<DuplicateNotify>(arguments); }};
}

}  // namespace fleetsim::sim
