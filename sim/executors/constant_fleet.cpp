// constant-fleet: every device is up at once, and off again after `duration` when there is one.
#include "sim/executors/executors.hpp"

namespace fleetsim::sim {
namespace {

class ConstantFleetSchedule final : public ArrivalSchedule {
 public:
  ConstantFleetSchedule(Duration duration, std::uint32_t count) : duration_(duration), count_(count) {}

  std::optional<FleetChange> nth(std::uint64_t n) const override {
    if (n < count_) return FleetChange{Duration{0}, static_cast<std::uint32_t>(n), true};
    if (duration_ > Duration{0} && n - count_ < count_) return FleetChange{duration_, static_cast<std::uint32_t>(n - count_), false};
    return std::nullopt;
  }
  Duration duration() const override { return count_ > 0 ? duration_ : Duration{0}; }
  bool open_model() const override { return false; }

 private:
  Duration duration_;
  std::uint64_t count_;
};

}  // namespace

std::unique_ptr<ArrivalSchedule> constant_fleet(const ConstantFleet& settings, std::uint32_t count) {
  return std::make_unique<ConstantFleetSchedule>(settings.duration, count);
}

}  // namespace fleetsim::sim
