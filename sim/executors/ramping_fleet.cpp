// ramping-fleet: the number of devices that are up follows straight lines from target to target, beginning with none. Devices come up
// in order and go down in the opposite order, so the device count k stands for devices 0..k-1.
#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/executors/executors.hpp"

namespace fleetsim::sim {
namespace {

class RampingFleetSchedule final : public ArrivalSchedule {
 public:
  RampingFleetSchedule(const std::vector<Stage>& stages, std::uint32_t count) {
    Ramp ramp;
    for (const Stage& stage : stages) {
      ramp.length = stage.duration;
      ramp.to = static_cast<std::uint32_t>(std::llround(std::clamp(stage.target, 0.0, static_cast<double>(count))));
      ramps_.push_back(ramp);
      ramp.first_change += ramp.changes();
      ramp.begin += ramp.length;
      ramp.from = ramp.to;
    }
    end_ = ramp.begin;
  }

  std::optional<FleetChange> nth(std::uint64_t n) const override {
    // The ramps are few and sorted by their first change; those without a change are skipped by the search.
    const auto after =
        std::upper_bound(ramps_.begin(), ramps_.end(), n, [](std::uint64_t wanted, const Ramp& r) { return wanted < r.first_change; });
    if (after == ramps_.begin()) return std::nullopt;
    const Ramp& ramp = *(after - 1);
    const std::uint64_t i = n - ramp.first_change;
    if (i >= ramp.changes()) return std::nullopt;
    const auto step = static_cast<std::uint32_t>(i);
    return ramp.to > ramp.from ? FleetChange{ramp.time_of(i), ramp.from + step, true}
                               : FleetChange{ramp.time_of(i), ramp.from - 1 - step, false};
  }
  Duration duration() const override { return end_; }
  bool open_model() const override { return false; }

 private:
  struct Ramp {
    Duration begin{0};
    Duration length{0};
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::uint64_t first_change = 0;

    std::uint64_t changes() const { return to > from ? to - from : from - to; }
    /// Change i (from 0) is due when the line has come i+1 devices far: the last one exactly at the ramp's end.
    Duration time_of(std::uint64_t i) const {
      // floor(length * (i + 1) / changes), split so that no product exceeds 64 bits.
      const auto total = static_cast<std::uint64_t>(length.count());
      const std::uint64_t part = total / changes() * (i + 1) + total % changes() * (i + 1) / changes();
      return begin + Duration{static_cast<std::int64_t>(part)};
    }
  };
  std::vector<Ramp> ramps_;
  Duration end_{0};
};

}  // namespace

std::unique_ptr<ArrivalSchedule> ramping_fleet(const RampingFleet& settings, std::uint32_t count) {
  return std::make_unique<RampingFleetSchedule>(settings.stages, count);
}

}  // namespace fleetsim::sim
