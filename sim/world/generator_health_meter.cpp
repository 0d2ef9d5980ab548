#include "sim/world/generator_health_meter.hpp"

#include <algorithm>

namespace fleetsim::sim {
namespace {

// Shorter windows show bursts that hurt nobody.
constexpr Duration peak_window = std::chrono::seconds{1};
constexpr std::uint64_t purity = 20;

}  // namespace

void WorkMeter::take(const WorkSample& sample) {
  if (last_) attribute(*last_, sample);
  last_ = sample;
  find_peaks(sample);
  if (sample.online > online_max_ && sample.resident_bytes > 0) {
    online_max_ = sample.online;
    const std::uint64_t growth = sample.resident_bytes > resident_before_ ? sample.resident_bytes - resident_before_ : 0;
    bytes_per_device_ = static_cast<double>(growth) / static_cast<double>(online_max_);
  }
}

void WorkMeter::attribute(const WorkSample& from, const WorkSample& to) {
  const std::uint64_t connects = to.connects - from.connects;
  const std::uint64_t publishes = to.publishes - from.publishes;
  if (connects == 0 && publishes == 0) return;
  Work* work = nullptr;
  if (connects > purity * publishes) work = &connecting_;
  if (publishes > purity * connects) work = &publishing_;
  if (work == nullptr) return;
  work->fleet_cpu_us += to.fleet_cpu_us - from.fleet_cpu_us;
  work->platform_cpu_us += to.platform_cpu_us - from.platform_cpu_us;
  work->count += work == &connecting_ ? connects : publishes;
}

void WorkMeter::find_peaks(const WorkSample& to) {
  if (!window_) {
    window_ = to;
    return;
  }
  const Duration length = to.at - window_->at;
  if (length < peak_window) return;
  const auto wall = static_cast<double>(length.count());
  const auto loops = static_cast<double>(std::max<std::uint64_t>(1, machine_.loops));
  const auto cores = static_cast<double>(std::max<std::uint64_t>(1, machine_.cores));
  busiest_loops_ = std::max(busiest_loops_, static_cast<double>(to.fleet_cpu_us - window_->fleet_cpu_us) / wall / loops);
  busiest_machine_ = std::max(busiest_machine_, static_cast<double>(to.process_cpu_us - window_->process_cpu_us) / wall / cores);
  window_ = to;
}

}  // namespace fleetsim::sim
