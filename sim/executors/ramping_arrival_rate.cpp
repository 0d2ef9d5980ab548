// ramping-arrival-rate: the arrival rate follows straight lines. As in k6, the first arrival is due when the integral of the rate reaches
// 1, the next when it reaches 2. Each time is the inverse of a piecewise quadratic, solved anew for every arrival: errors do not add up.
#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/executors/executors.hpp"

namespace fleetsim::sim {
namespace {

class RampingArrivalRateSchedule final : public ArrivalSchedule {
 public:
  RampingArrivalRateSchedule(const RampingArrivalRate& settings, std::uint32_t count) {
    Line line;
    line.rate = std::max(0.0, settings.start_rate_per_second);
    for (const Stage& stage : settings.stages) {
      const double target = std::max(0.0, stage.target);
      line.seconds = static_cast<double>(stage.duration.count()) / microseconds_per_second;
      line.slope = line.seconds > 0 ? (target - line.rate) / line.seconds : 0;
      lines_.push_back(line);
      line.arrivals_before += line.seconds * (line.rate + target) / 2;
      line.begin += line.seconds;
      line.rate = target;
      end_ += stage.duration;
    }
    const double total = std::floor(line.arrivals_before + tolerance_at(line.arrivals_before));
    arrivals_ = total >= static_cast<double>(count) ? count : static_cast<std::uint64_t>(total);
  }

  std::optional<FleetChange> nth(std::uint64_t n) const override {
    if (n >= arrivals_) return std::nullopt;
    const auto wanted = static_cast<double>(n + 1);
    // Several lines can begin at the count that is wanted (a rate of nothing, a jump): the one before them has reached it.
    const auto after = std::lower_bound(lines_.begin(), lines_.end(), wanted - tolerance_at(wanted),
                                        [](const Line& line, double w) { return line.arrivals_before < w; });
    const Line& line = *(after - 1);
    return FleetChange{
        Duration{static_cast<std::int64_t>((line.begin + line.seconds_until(wanted - line.arrivals_before)) * microseconds_per_second)},
        static_cast<std::uint32_t>(n), true};
  }
  /// The stages, whole: arrivals can be over sooner, when the rate is nothing or the fleet is used up.
  Duration duration() const override { return end_; }
  bool open_model() const override { return true; }

 private:
  struct Line {
    double begin = 0;  // seconds
    double seconds = 0;
    double rate = 0;  // at its begin
    double slope = 0;
    double arrivals_before = 0;

    /// Solves rate * t + slope * t^2 / 2 = arrivals in the form that does not cancel when the slope is small.
    double seconds_until(double arrivals) const {
      if (arrivals <= 0) return 0;
      const double root = std::sqrt(std::max(0.0, rate * rate + 2 * slope * arrivals));
      return std::min(seconds, 2 * arrivals / (rate + root));
    }
  };
  std::vector<Line> lines_;
  std::uint64_t arrivals_ = 0;
  Duration end_{0};
};

}  // namespace

std::unique_ptr<ArrivalSchedule> ramping_arrival_rate(const RampingArrivalRate& settings, std::uint32_t count) {
  return std::make_unique<RampingArrivalRateSchedule>(settings, count);
}

}  // namespace fleetsim::sim
