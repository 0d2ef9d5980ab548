// The timeline: groups that start by themselves, the steps in order, and how a run ends.
#include "sim/world/controller.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <thread>

namespace fleetsim::sim {
namespace {

// How long arrivals may be on their way before a group without a bring_online step counts as complete.
constexpr Duration arrival_patience = std::chrono::seconds{10};
constexpr Duration end_poll_interval = std::chrono::milliseconds{50};

std::vector<bool> named_by_steps(const Scenario& scenario) {
  std::vector<bool> named(scenario.groups.size(), false);
  for (const Step& step : scenario.steps) {
    const auto* bring = std::get_if<BringOnline>(&step.action);
    if (bring == nullptr) continue;
    for (std::size_t g = 0; g < named.size(); ++g) {
      const bool here = std::find(bring->groups.begin(), bring->groups.end(), scenario.groups[g].name) != bring->groups.end();
      if (bring->groups.empty() || here) named[g] = true;
    }
  }
  return named;
}

double seconds_at(Instant moment) { return std::chrono::duration<double>(moment.time_since_epoch()).count(); }

std::string label_of(const Step& step) { return step.label.empty() ? std::string(step_name(step.action)) : step.label; }

/// How much was wrong so far.
struct StepMark {
  std::size_t failures = 0;
  std::size_t violations = 0;
};
StepMark mark(const StepReport& report) { return {report.failures.size(), report.violations.size()}; }

/// What is wrong since then is the step's.
void note_end(StepResult& step, const StepReport& report, const StepMark& before) {
  step.why_failed.assign(report.failures.begin() + static_cast<std::ptrdiff_t>(before.failures), report.failures.end());
  step.why_failed.insert(step.why_failed.end(), report.violations.begin() + static_cast<std::ptrdiff_t>(before.violations),
                         report.violations.end());
  step.outcome = step.why_failed.empty() ? StepResult::Outcome::done : StepResult::Outcome::failed;
}

}  // namespace

Controller::Controller(const Parts& parts)
    : parts_(parts),
      groups_(parts.scenario.groups.size()),
      meter_({.loops = parts.fleet.loops(), .cores = std::max(1u, std::thread::hardware_concurrency())}, parts.resident_before) {
  if (parts_.managed != nullptr) parts_.managed->set_pause([this](Duration duration) { return pause(duration); });
  const std::vector<bool> named = named_by_steps(parts_.scenario);
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    groups_[g].schedule = make_schedule(parts_.scenario.groups[g].executor, parts_.roster.groups[g].count_everywhere);
    groups_[g].named_by_step = named[g] || parts_.options.script != nullptr;
  }
  for (const ThresholdSpec& spec : parts_.scenario.thresholds) {
    if (!spec.abort_on_fail) continue;
    auto threshold = Threshold::parse(spec.metric, spec.expression);
    if (!threshold) continue;  // the scenario was validated: a spec that does not parse is told at the end
    aborting_.push_back(std::move(*threshold));
    aborting_delay_.push_back(spec.delay_abort);
  }
}

void Controller::run() {
  began_ = now();
  begin_faults();
  begin_taps();
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    if (!groups_[g].named_by_step) start_group(static_cast<GroupIndex>(g), now() + parts_.scenario.groups[g].start_time);
  }
  run_steps();
  if (end_ == End::running && !ends_here_ && parts_.options.script == nullptr) outlast_executors();
  if (end_ == End::running) end_ = End::done;
  tell_kept();
  if (parts_.options.taps != nullptr) parts_.options.taps->at_end(now());
  take_sample();
  elapsed_seconds_ = seconds_at(now());
}

void Controller::run_steps() {
  if (parts_.options.script != nullptr) return (*parts_.options.script)(*this, parts_.platform, parts_.roster);
  for (const Step& step : parts_.scenario.steps) steps_.emplace_back().label = label_of(step);
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    carry_out(parts_.scenario.steps[i], i);
    if (end_ != End::running || ends_here_) return;
  }
  step_label_.clear();
}

StepReport Controller::perform(const Step& step) {
  const StepMark before = mark(step_report_);
  // Whoever listens may order one while another is carried out.
  const std::string label_around = step_label_;
  const bool distribute_used_around = distribute_used_;
  steps_.emplace_back().label = label_of(step);
  carry_out(step, steps_.size() - 1);
  step_label_ = label_around;
  distribute_used_ = distribute_used_around;
  StepReport made;
  made.failures.assign(step_report_.failures.begin() + static_cast<std::ptrdiff_t>(before.failures), step_report_.failures.end());
  made.violations.assign(step_report_.violations.begin() + static_cast<std::ptrdiff_t>(before.violations), step_report_.violations.end());
  return made;
}

/// Its result is there already.
void Controller::carry_out(const Step& step, std::size_t number) {
  step_label_ = steps_[number].label;
  steps_[number].began_seconds = seconds_at(now());
  const StepMark before = mark(step_report_);
  tell_step(step, "step_started");
  distribute_used_ = false;
  run_step(step, *this, step_report_);
  steps_[number].ended_seconds = seconds_at(now());
  if (distribute_used_) ++distribute_entry_;
  tell_step(step, "step_done");
  tell_kept();
  serve();
  if (end_ == End::out_of_time) {
    step_report_.failures.push_back(fmt::format("{}: the run's duration_max of {:.1f} s is over before its steps are done", step_label_,
                                                std::chrono::duration<double>(parts_.scenario.duration_max).count()));
  }
  note_end(steps_[number], step_report_, before);
  if (end_ != End::running && steps_[number].outcome == StepResult::Outcome::done) steps_[number].outcome = StepResult::Outcome::cut_short;
}

void Controller::outlast_executors() {
  const bool endless = std::none_of(groups_.begin(), groups_.end(),
                                    [&](const GroupState& state) { return has_an_end(static_cast<GroupIndex>(&state - groups_.data())); });
  // With nothing but endless executors and no steps, the run is what duration_max says.
  const bool until_told = endless && !has_own_steps(parts_.scenario);
  step_label_ = has_own_steps(parts_.scenario) ? "finishing" : "running";
  for (;;) {
    bool over = !until_told;
    for (std::size_t g = 0; over && g < groups_.size(); ++g) over = group_is_over(static_cast<GroupIndex>(g));
    if (over) return;
    if (!pause(end_poll_interval)) break;
  }
  if (end_ == End::out_of_time) judge_cut();
}

/// Groups that were to go on until told so are done now; a group that has an end of its own was cut off before it.
void Controller::judge_cut() {
  std::string cut;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const auto group = static_cast<GroupIndex>(g);
    if (!has_an_end(group) || group_is_over(group)) continue;
    cut += (cut.empty() ? "" : ", ") + parts_.scenario.groups[g].name;
  }
  if (cut.empty()) {
    end_ = End::done;
    return;
  }
  step_report_.failures.push_back(fmt::format("the run's duration_max of {:.1f} s was over before the executors and loads of {} ended",
                                              std::chrono::duration<double>(parts_.scenario.duration_max).count(), cut));
}

bool Controller::has_an_end(GroupIndex group) const {
  const FleetGroup& settings = parts_.scenario.groups[group];
  const GroupState& state = groups_[group];
  if (settings.load && settings.load->duration > Duration{0}) return true;
  const bool arrivals_end = state.schedule->duration() > Duration{0} || state.schedule->open_model();
  // A load without an end keeps a group going for ever, unless the executor itself takes the devices down.
  return arrivals_end && (!settings.load || state.up_at_end == 0);
}

bool Controller::group_is_over(GroupIndex group) {
  const FleetGroup& settings = parts_.scenario.groups[group];
  const GroupState& state = groups_[group];
  if (!state.started) return true;
  if (!has_an_end(group)) return has_own_steps(parts_.scenario);
  if (now() < state.start + state.schedule->duration()) return false;
  if (settings.load && settings.load->duration > Duration{0}) {
    return state.load_start && now() >= *state.load_start + settings.load->duration;
  }
  const bool takes_down = state.up_at_end < state.plan.expected;
  return takes_down || now() >= state.plan.last_up + arrival_patience || online(group) >= state.plan.expected;
}

void Controller::make_plan(GroupIndex group) {
  const FleetGroup& settings = parts_.scenario.groups[group];
  GroupState& state = groups_[group];
  state.plan = {state.start, 0};
  if (!settings.behind.empty()) {  // they come with their gateways
    state.plan.expected = state.up_at_end = device_count(group);
    return;
  }
  std::uint64_t up = 0;
  for (std::uint64_t n = 0; const auto change = state.schedule->nth(n); ++n) {
    if ((settings.first_index + change->device) % parts_.scenario.shard_count != parts_.scenario.shard_index) continue;
    if (!change->up) {
      if (up > 0) --up;
      continue;
    }
    state.plan.last_up = state.start + change->at;
    state.plan.expected = ++up;
  }
  state.up_at_end = up;
}

void Controller::start_group(GroupIndex group, Instant start) {
  GroupState& state = groups_[group];
  state.started = true;
  state.start = start;
  make_plan(group);
  state.before_off.reset();
  if (parts_.scenario.groups[group].behind.empty()) parts_.fleet.run_schedule(group, state.schedule, start);
}

ArrivalPlan Controller::begin_arrivals(GroupIndex group) {
  start_group(group, now() + parts_.scenario.groups[group].start_time);
  return groups_[group].plan;
}

ArrivalPlan Controller::begin_by_itself(GroupIndex group) {
  groups_[group].named_by_step = false;
  return begin_arrivals(group);
}

void Controller::tell_step(const Step& step, const char* kind) {
  if (parts_.options.events == nullptr) return;
  RunEvent event;
  event.at = now();
  event.side = EventSide::run;
  event.kind = kind;
  event.detail = label_of(step);
  std::vector<RunEvent> batch;
  batch.push_back(std::move(event));
  parts_.options.events->write(std::move(batch));
}

}  // namespace fleetsim::sim
