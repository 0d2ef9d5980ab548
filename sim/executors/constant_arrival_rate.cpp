// constant-arrival-rate: device n arrives at n / rate, whatever became of those before it, until the fleet or the duration is used up.
#include <algorithm>
#include <cmath>

#include "sim/executors/executors.hpp"

namespace fleetsim::sim {
namespace {

class ConstantArrivalRateSchedule final : public ArrivalSchedule {
 public:
  ConstantArrivalRateSchedule(const ConstantArrivalRate& settings, std::uint32_t count)
      : rate_(settings.rate_per_second), duration_(settings.duration) {
    if (rate_ <= 0) return;
    arrivals_ = count;
    if (settings.duration > Duration{0}) {
      // Arrival n belongs to the run when n / rate < duration; the ceiling counts arrival 0.
      const double total = rate_ * static_cast<double>(settings.duration.count()) / microseconds_per_second;
      const double within = std::ceil(total - tolerance_at(total));
      if (within < static_cast<double>(count)) arrivals_ = static_cast<std::uint64_t>(within);
    }
  }

  std::optional<FleetChange> nth(std::uint64_t n) const override {
    if (n >= arrivals_) return std::nullopt;
    // One multiplication per arrival, never a sum: errors do not add up over a million arrivals.
    const auto at = static_cast<std::int64_t>(static_cast<double>(n) * microseconds_per_second / rate_);
    return FleetChange{Duration{at}, static_cast<std::uint32_t>(n), true};
  }
  /// As it was told, though the last arrival, or the last device, comes before; without a duration the last arrival ends it.
  Duration duration() const override {
    if (duration_ > Duration{0}) return duration_;
    return arrivals_ > 0 ? nth(arrivals_ - 1)->at : Duration{0};
  }
  bool open_model() const override { return true; }

 private:
  double rate_;
  Duration duration_;
  std::uint64_t arrivals_ = 0;
};

}  // namespace

std::unique_ptr<ArrivalSchedule> constant_arrival_rate(const ConstantArrivalRate& settings, std::uint32_t count) {
  return std::make_unique<ConstantArrivalRateSchedule>(settings, count);
}

}  // namespace fleetsim::sim
