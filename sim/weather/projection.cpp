#include "sim/weather/projection.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace fleetsim::sim {
namespace {

constexpr double cycle_min_seconds = 0.001;  // a device that waits for nothing still tries no faster than this

/// Where in steps the next try lies, with which share, and how often a device tries within that step.
struct Jump {
  std::size_t steps = 1;
  double share = 0;
  double tries = 1;
};
using Kernel = std::vector<Jump>;

void spread_evenly(std::vector<Jump>& kernel, double from, double to, double share, double step) {
  // A wait that is shorter than a step makes several tries in it.
  const auto place = [&](double seconds, double part) {
    const double steps = std::max(1.0, std::round(seconds / step));
    kernel.push_back({static_cast<std::size_t>(steps), part, std::max(1.0, step / std::max(seconds, cycle_min_seconds))});
  };
  const auto pieces = static_cast<std::size_t>(std::clamp(std::ceil((to - from) / step * 2), 1.0, 2.0 * projection_kernel_max));
  for (std::size_t i = 0; i < pieces; ++i)
    place(from + (to - from) * (static_cast<double>(i) + 0.5) / static_cast<double>(pieces), share / static_cast<double>(pieces));
}

Kernel kernel_of(const GapHistogram& waits, double failing_seconds, double step) {
  Kernel spread;
  for (const auto& entry : waits.bins()) {
    const GapHistogram::Bin& bin = entry.second;
    const double share = static_cast<double>(bin.count) / static_cast<double>(waits.count());
    spread_evenly(spread, static_cast<double>(bin.shortest_us) / microseconds_per_second + failing_seconds,
                  static_cast<double>(bin.longest_us) / microseconds_per_second + failing_seconds, share, step);
  }
  std::sort(spread.begin(), spread.end(), [](const Jump& a, const Jump& b) { return a.steps < b.steps; });
  Kernel kernel;
  for (const Jump& jump : spread) {
    if (kernel.empty() || kernel.back().steps != jump.steps) {
      kernel.push_back(jump);
      continue;
    }
    Jump& same = kernel.back();
    same.tries = (same.tries * same.share + jump.tries * jump.share) / (same.share + jump.share);
    same.share += jump.share;
  }
  return kernel;
}

/// How many waits of the row are known well enough.
std::size_t known_waits(const BackoffTally& observed) {
  const std::uint64_t needed = std::max(projection_waits_needed, observed.gaps[0].count() / 100);
  std::size_t known = 1;
  while (known < gaps_kept_max && observed.gaps[known].count() >= needed) ++known;
  return known;
}

double longest_wait_seconds(const BackoffTally& observed, std::size_t known) {
  std::uint64_t longest = 0;
  for (std::size_t k = 0; k < known; ++k) longest = std::max(longest, observed.gaps[k].bins().rbegin()->second.longest_us);
  return static_cast<double>(longest) / microseconds_per_second;
}

/// Devices that try in one step after one number of failures, and how many tries that is.
struct Cell {
  double devices = 0;
  double tries = 0;
};

class Future {
 public:
  Future(const std::vector<Kernel>& kernels, const ProjectionQuestion& question, double step)
      : kernels_(kernels), question_(question), step_(step), cells_(projection_steps_max * kernels.size()), rate_(projection_steps_max) {}

  /// False: more steps would be needed.
  bool run(Projection& found);

 private:
  void fail(std::size_t at, std::size_t stage, double devices);
  double take(std::size_t at, double success);
  void sum_up(Projection& found, std::size_t steps, std::size_t outage) const;

  const std::vector<Kernel>& kernels_;
  const ProjectionQuestion& question_;
  double step_;
  std::vector<Cell> cells_;   // by step and stage
  std::vector<double> rate_;  // tries in each step
};

void Future::fail(std::size_t at, std::size_t stage, double devices) {
  for (const Jump& jump : kernels_[stage]) {
    if (at + jump.steps >= projection_steps_max) break;  // sorted: the rest is later still
    Cell& cell = cells_[(at + jump.steps) * kernels_.size() + stage];
    cell.devices += devices * jump.share;
    cell.tries += devices * jump.share * jump.tries;
  }
}

/// Each try of the step succeeds with this chance. How many devices came through; the others wait for the next time.
double Future::take(std::size_t at, double success) {
  constexpr double nobody = 1e-9;
  double through = 0;
  for (std::size_t stage = 0; stage < kernels_.size(); ++stage) {
    const Cell cell = cells_[at * kernels_.size() + stage];
    if (cell.devices < nobody) continue;
    const double in_time = cell.devices * (1 - std::pow(1 - success, cell.tries / cell.devices));
    through += in_time;
    fail(at, std::min(stage + 1, kernels_.size() - 1), cell.devices - in_time);
  }
  return through;
}

bool Future::run(Projection& found) {
  const auto devices = static_cast<double>(question_.devices);
  const auto outage = static_cast<std::size_t>(std::ceil(question_.outage_seconds / step_));
  fail(0, 0, devices);
  double back = 0;
  const double room_max = question_.capacity_per_second * std::max(1.0, step_);
  double room = room_max;
  for (std::size_t at = 1; at < projection_steps_max; ++at) {
    for (std::size_t stage = 0; stage < kernels_.size(); ++stage) rate_[at] += cells_[at * kernels_.size() + stage].tries;
    const double success = at >= outage && rate_[at] > 0 ? std::min(1.0, room / rate_[at]) : 0;
    const double through = take(at, success);
    room = std::min(room_max, room - std::min(room, through) + question_.capacity_per_second * step_);
    back += through;
    if (back < 0.99 * devices) continue;
    found.back_99_seconds = static_cast<double>(at + 1 - outage) * step_;
    sum_up(found, at + 1, outage);
    return true;
  }
  sum_up(found, projection_steps_max, outage);
  return false;
}

void Future::sum_up(Projection& found, std::size_t steps, std::size_t outage) const {
  const auto window = static_cast<std::size_t>(std::max(1.0, std::round(1.0 / step_)));
  const double window_seconds = static_cast<double>(window) * step_;
  double sum = 0;
  for (std::size_t at = 1; at < steps; ++at) {
    sum += rate_[at] - (at > window ? rate_[at - window] : 0);
    found.tries += rate_[at];
    const double rate = sum / window_seconds;
    if (rate > found.peak_per_second) {
      found.peak_per_second = rate;
      found.peak_at_seconds = static_cast<double>(at) * step_;
    }
    if (at >= outage + window - 1) found.peak_after_return_per_second = std::max(found.peak_after_return_per_second, rate);
  }
  found.step_seconds = step_;
}

}  // namespace

std::optional<Projection> project(const BackoffTally& observed, const ProjectionQuestion& question) {
  if (observed.gaps[0].count() == 0 || question.devices == 0 || question.capacity_per_second <= 0) return std::nullopt;
  const std::size_t known = known_waits(observed);
  const double failing_seconds = observed.failed_tries == 0 ? 0
                                                            : static_cast<double>(observed.failed_microseconds) / microseconds_per_second /
                                                                  static_cast<double>(observed.failed_tries);
  const double longest = longest_wait_seconds(observed, known) + failing_seconds;
  Projection found;
  double step = projection_step_min_seconds / 2;
  while (step * 2 <= projection_step_max_seconds) {
    step *= 2;
    if (longest / step > projection_kernel_max) continue;
    std::vector<Kernel> kernels;
    for (std::size_t k = 0; k < known; ++k) kernels.push_back(kernel_of(observed.gaps[k], failing_seconds, step));
    found = {};
    if (Future(kernels, question, step).run(found)) break;
  }
  return found.step_seconds > 0 ? std::optional{found} : std::nullopt;
}

}  // namespace fleetsim::sim
