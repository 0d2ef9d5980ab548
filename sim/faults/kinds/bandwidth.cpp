#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

class Bandwidth final : public Fault {
 public:
  explicit Bandwidth(const FaultArguments& arguments) : rate_(arguments.size("rate")) {}
  SegmentFate segment(const LinkMoment&, const Segment&, FaultMemory&, RandomStream&) const override { return {.bytes_per_second = rate_}; }

 private:
  std::uint64_t rate_;
};

}  // namespace

FaultKind fault_kind::bandwidth() {
  static constexpr FaultParameter parameters[] = {
      {.name = "rate", .type = FaultValue::size, .what = "bytes a second", .min = 1, .max = 1'000'000'000, .is_required = true}};
  return {.name = "bandwidth",
          .summary = "each link carries so many bytes a second",
          .parameters = parameters,
          .has_direction = true,
          .make = [](const FaultArguments& arguments) -> std::unique_ptr<Fault> { return std::make_unique<Bandwidth>(arguments); }};
}

}  // namespace fleetsim::sim
