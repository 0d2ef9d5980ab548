#include <algorithm>

#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

class ResetPeer final : public Fault {
 public:
  explicit ResetPeer(const FaultArguments& arguments) : timeout_(arguments.duration("timeout")) {}
  LinkEnding ending(const LinkPlace& place, const FaultWindow& window) const override {
    return {.at = std::max(place.opened_at, window.from) + timeout_, .how = SegmentFate::End::reset};
  }

 private:
  Duration timeout_;
};

}  // namespace

FaultKind fault_kind::reset_peer() {
  static constexpr FaultParameter parameters[] = {
      {.name = "timeout", .type = FaultValue::duration, .what = "after the link was asked for, or the fault began", .max = an_hour_us}};
  return {.name = "reset_peer",
          .summary = "links are reset after a while",
          .parameters = parameters,
          .make = [](const FaultArguments& arguments) -> std::unique_ptr<Fault> { return std::make_unique<ResetPeer>(arguments); }};
}

}  // namespace fleetsim::sim
