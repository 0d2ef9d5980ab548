#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

class LimitData final : public Fault {
 public:
  explicit LimitData(const FaultArguments& arguments) : bytes_(arguments.size("bytes")) {}
  SegmentFate segment(const LinkMoment&, const Segment& segment, FaultMemory& memory, RandomStream&) const override {
    const std::uint64_t left = bytes_ - memory.value;
    if (segment.bytes < left) return {};
    return {.end = SegmentFate::End::close, .end_after_bytes = left};
  }
  void carried(const Segment& segment, FaultMemory& memory) const override {
    memory.value = segment.bytes < bytes_ - memory.value ? memory.value + segment.bytes : bytes_;
  }

 private:
  std::uint64_t bytes_;
};

}  // namespace

FaultKind fault_kind::limit_data() {
  static constexpr FaultParameter parameters[] = {
      {.name = "bytes", .type = FaultValue::size, .what = "in one direction of a link", .max = 1'000'000'000, .is_required = true}};
  return {.name = "limit_data",
          .summary = "a link is closed after so many bytes",
          .parameters = parameters,
          .has_direction = true,
          .has_memory = true,
          .make = [](const FaultArguments& arguments) -> std::unique_ptr<Fault> { return std::make_unique<LimitData>(arguments); }};
}

}  // namespace fleetsim::sim
