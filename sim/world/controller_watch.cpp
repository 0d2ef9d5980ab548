// What goes on while time passes: Ctrl-C, duration_max, samples, progress, loads of groups that start by themselves, aborting thresholds.
#include <algorithm>
#include <string_view>

#include "sim/world/controller.hpp"
#include "sim/world/process_resources.hpp"
#include "sim/world/run_outcome.hpp"

namespace fleetsim::sim {
namespace {

constexpr Duration sample_interval = std::chrono::milliseconds{100};
constexpr Duration progress_interval = std::chrono::milliseconds{500};
constexpr Duration load_look_interval = std::chrono::milliseconds{50};
constexpr Duration threshold_interval = std::chrono::seconds{1};
// After its last arrival a group's load begins even when some devices did not make it.
constexpr Duration load_patience = std::chrono::seconds{10};

Instant next_multiple(Duration interval, Instant at) { return Instant{(at.time_since_epoch() / interval + 1) * interval}; }

}  // namespace

Instant Controller::now() const { return parts_.clock.now(); }

bool Controller::pause(Duration duration) {
  const Instant until = now() + duration;
  for (;;) {
    serve();
    if (end_ != End::running) return false;
    const Instant at = now();
    if (at >= until) return true;
    parts_.clock.pass(std::min<Duration>(until - at, to_next_look()));
  }
}

bool Controller::pause_for_turn(Duration at_most) {
  serve();
  if (end_ != End::running) return false;
  parts_.clock.pass_turn(std::min<Duration>(at_most, to_next_look()));
  serve();
  return end_ == End::running;
}

std::string_view Controller::why_over() const {
  switch (end_) {
    case End::running:
      return {};
    case End::done:
      return "its devices say good-bye";
    case End::interrupted:
      return "it was stopped";
    case End::out_of_time:
      return "its duration_max is over";
    case End::threshold:
      return "a threshold that ends the run was crossed";
  }
  return {};
}

/// Not beyond the next moment at which something may have to be done: then it is done at that moment, in whatever pieces time passes.
Duration Controller::to_next_look() const {
  Instant at = std::min({now() + parts_.clock.look_interval(), next_load_look_, began_ + parts_.scenario.duration_max});
  if (!aborting_.empty()) at = std::min(at, next_threshold_look_);
  if (parts_.faults != nullptr) at = std::min(at, parts_.faults->next_platform_change());
  return at - now();
}

void Controller::serve() {
  if (end_ != End::running) return;
  const Instant at = now();
  const Duration spent = parts_.clock.spent();
  if (parts_.options.stop != nullptr && parts_.options.stop->load()) {
    end_ = End::interrupted;
    return;
  }
  if (at >= began_ + parts_.scenario.duration_max) {
    end_ = End::out_of_time;
    return;
  }
  serve_faults();
  if (parts_.options.taps != nullptr) serve_taps();
  if (spent >= next_sample_) take_sample();
  if (at >= next_load_look_) serve_loads();
  if (spent >= next_progress_) tell_progress();
  if (!aborting_.empty() && at >= next_threshold_look_) check_thresholds();
}

void Controller::serve_loads() {
  next_load_look_ = next_multiple(load_look_interval, now());
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    GroupState& state = groups_[g];
    if (state.named_by_step || !state.started || state.load_start || now() < state.plan.last_up) continue;
    const auto group = static_cast<GroupIndex>(g);
    if (online(group) >= state.plan.expected || now() >= state.plan.last_up + load_patience) begin_load(group);
  }
}

void Controller::take_sample() {
  next_sample_ = parts_.clock.spent() + sample_interval;
  const FleetTotals totals = parts_.fleet.totals();
  WorkSample sample;
  sample.at = Instant{parts_.clock.spent()};  // what the host was busy with, in its own time
  sample.platform_cpu_us = parts_.platform != nullptr ? parts_.platform->cpu_microseconds() : 0;
  sample.process_cpu_us = process_cpu_microseconds();
  // What is neither the platform nor this thread is the fleet; the clocks are read one after the other, so the difference may step back.
  const std::uint64_t others = sample.platform_cpu_us + thread_cpu_microseconds();
  if (sample.process_cpu_us > others) fleet_cpu_us_ = std::max(fleet_cpu_us_, sample.process_cpu_us - others);
  sample.fleet_cpu_us = fleet_cpu_us_;
  sample.connects = totals.connects;
  sample.publishes = totals.publishes;
  sample.online = totals.online;
  sample.resident_bytes = resident_bytes();
  meter_.take(sample);
}

void Controller::tell_progress() {
  const Instant at = now();
  next_progress_ = parts_.clock.spent() + progress_interval;
  if (parts_.platform != nullptr && parts_.options.events != nullptr) {
    parts_.platform->with_ledger([](PlatformLedger& ledger) { ledger.flush(); });
  }
  if (!parts_.options.progress) return;
  const FleetTotals totals = parts_.fleet.totals();
  const double seconds = std::max(1e-3, std::chrono::duration<double>(at - last_progress_).count());
  Progress progress;
  progress.elapsed_seconds = std::chrono::duration<double>(at.time_since_epoch()).count();
  progress.step = step_label_;
  progress.devices_total = parts_.roster.devices.size();
  progress.online = totals.online;
  progress.moved = totals.moves;
  progress.connects_per_second = static_cast<double>(totals.connects - last_totals_.connects) / seconds;
  progress.publishes_per_second = static_cast<double>(totals.publishes - last_totals_.publishes) / seconds;
  last_totals_ = totals;
  last_progress_ = at;
  parts_.options.progress(progress);
}

void Controller::check_thresholds() {
  next_threshold_look_ = next_multiple(threshold_interval, now());
  const Duration elapsed = now().time_since_epoch();
  FleetReport report = parts_.fleet.report();
  const std::map<std::string, double> rates = measured_rates(parts_);
  if (parts_.platform != nullptr) parts_.platform->with_ledger([&](PlatformLedger& ledger) { report.metrics.merge(ledger.metrics()); });
  for (std::size_t i = 0; i < aborting_.size(); ++i) {
    if (elapsed < aborting_delay_[i]) continue;
    const ThresholdResult result =
        aborting_[i].evaluate(report.metrics, parts_.runtime.tag_names, std::chrono::duration<double>(elapsed).count(), rates);
    // Without samples nothing is crossed yet.
    if (result.ok || !result.value) continue;
    // The result lists the threshold as crossed; a step's failure would hide it behind another exit code.
    if (parts_.options.notice) parts_.options.notice("threshold " + result.expression + " is crossed: the run ends here");
    crossed_ = result;
    end_ = End::threshold;
    return;
  }
}

}  // namespace fleetsim::sim
