#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

class Slicer final : public Fault {
 public:
  explicit Slicer(const FaultArguments& arguments)
      : average_size_(arguments.size("average_size")),
        size_variation_(static_cast<std::uint32_t>(arguments.size("size_variation"))),
        delay_(arguments.duration("delay")) {}
  SegmentFate segment(const LinkMoment&, const Segment&, FaultMemory&, RandomStream& random) const override {
    const std::uint64_t size = average_size_ - size_variation_ + random.below(2 * size_variation_ + 1);
    return {.slice_bytes = size, .slice_delay = delay_};
  }

 private:
  std::uint64_t average_size_;
  std::uint32_t size_variation_;
  Duration delay_;
};

void check_slicer(const FaultArguments& arguments, std::vector<FaultKind::Mistake>& mistakes) {
  if (arguments.has("average_size") && arguments.size("size_variation") >= arguments.size("average_size"))
    mistakes.push_back({"size_variation", "must be less than average_size: a slice has a byte at least"});
}

}  // namespace

FaultKind fault_kind::slicer() {
  static constexpr std::int64_t slice_bytes_max = 1'000'000;
  static constexpr FaultParameter parameters[] = {
      {.name = "average_size", .type = FaultValue::size, .what = "of a slice", .min = 1, .max = slice_bytes_max, .is_required = true},
      {.name = "size_variation", .type = FaultValue::size, .what = "more or less, drawn for each segment", .max = slice_bytes_max},
      {.name = "delay", .type = FaultValue::duration, .what = "from one slice to the next", .max = a_minute_us}};
  return {.name = "slicer",
          .summary = "what is sent at once arrives in slices",
          .parameters = parameters,
          .has_direction = true,
          .make = [](const FaultArguments& arguments) -> std::unique_ptr<Fault> { return std::make_unique<Slicer>(arguments); },
          .check = check_slicer};
}

}  // namespace fleetsim::sim
