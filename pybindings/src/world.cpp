// A world that stays open, for Python: its begin and its end, time, looks and listeners. What is ordered is in world_orders.cpp.
#include "pybindings/src/world.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <pybind11/stl.h>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "pybindings/src/bindings.hpp"
#include "pybindings/src/interpreter_end.hpp"
#include "pybindings/src/listeners.hpp"
#include "pybindings/src/scenario.hpp"
#include "sim/world/run_faults.hpp"

namespace fleetsim::python {
namespace {

constexpr Duration look_for_errors_after = std::chrono::milliseconds{10};

std::vector<std::uint32_t> first_positions(const sim::Scenario& scenario, std::uint64_t wanted) {
  std::uint64_t devices = 0;
  for (const sim::FleetGroup& group : scenario.groups) devices += group.count;
  std::vector<std::uint32_t> positions;
  for (std::uint64_t i = 0; i < std::min(wanted, devices); ++i) positions.push_back(static_cast<std::uint32_t>(i));
  return positions;
}

}  // namespace

World::World(const sim::Scenario& scenario, const WorldWishes& wishes)
    : draft_(changed(scenario, {.seed = wishes.seed, .threads = wishes.threads, .world = wishes.world})),
      errors_([this] {
        if (open_ && !halts_softly_) open_->stop();
      }),
      own_(draft_, wishes.faults, wishes.behaviours, errors_),
      listeners_(errors_),
      recorder_(first_positions(draft_, wishes.recorded)),
      taps_(wishes.recorded > 0 ? std::vector<sim::RunTaps*>{&listeners_.feed(), &recorder_}
                                : std::vector<sim::RunTaps*>{&listeners_.feed()}) {
  sim::OpenWorld::Settings settings;
  draft_.steps.clear();  // they are not carried out, and so decide nothing
  may_crash_ = sim::crashes_platform(draft_);
  settings.options.taps = &taps_;
  if (wishes.recorded > 0) settings.options.events = &recorder_.run_notes();
  own_.put_into(settings.options);
  settings.interrupted = [this] {
    const py::gil_scoped_acquire held;
    if (PyErr_CheckSignals() == 0) return false;
    try {
      throw py::error_already_set();
    } catch (const py::error_already_set&) {
      signal_thread_ = std::this_thread::get_id();
      signals_.keep();
    }
    return true;
  };
  Result<std::unique_ptr<sim::OpenWorld>, sim::RunError> opened = [&] {
    const AwayFromPython away;
    return sim::OpenWorld::open(draft_, std::move(settings));
  }();
  if (!opened) {
    rethrow();
    throw ObstacleError{opened.error().what, opened.error().hint};
  }
  open_ = std::move(*opened);
  for (const sim::FaultSpec& spec : own_.specs()) know_fault(spec);
}

World::~World() {
  if (!open_) return;
  if (open_->is_elsewhere()) {
    static_cast<void>(open_.release());  // its thread is another process's, and so is whoever waits for it
    return;
  }
  const CountedThread counted;  // also when Python ends: by then it was closed
  const py::gil_scoped_release released;
  open_.reset();
}

std::shared_ptr<World> World::make(const sim::Scenario& scenario, const WorldWishes& wishes) {
  const auto drop = [](World* world) {
    if (!world->is_within()) {
      delete world;
      return;
    }
    // Python's collector has come upon it in one of its own callbacks: its thread cannot wait for itself.
    std::thread([world, counted = std::make_unique<CountedThread>()] {
      const py::gil_scoped_acquire held;
      delete world;
    }).detach();
  };
  return {new World(scenario, wishes), drop};
}

void World::refuse_unless_open() const {
  if (open_ && open_->is_elsewhere())
    throw std::runtime_error("this process was forked from the one that opened the world: open one here (multiprocessing: use \"spawn\")");
  if (!open_ || result_) throw std::runtime_error("the world is closed");
  if (WithinHook::is_here())
    throw std::runtime_error(
        "a hook of a fault or a firmware is called in the midst of a moment: it has what it was given, and not the world");
}

/// What a signal's handler has raised comes out where it was called, what callbacks have raised at whoever comes first.
void World::rethrow() {
  if (signals_.any() && signal_thread_.load() == std::this_thread::get_id()) signals_.rethrow();
  errors_.rethrow();
}

void World::with(const std::function<void(sim::OpenRun&)>& work) {
  refuse_unless_open();
  bool is_done = false;
  {
    const AwayFromPython away;
    is_done = open_->with(work);
  }
  // From within a callback what was raised goes on its own way.
  if (!open_->is_within()) rethrow();
  if (!is_done) throw std::runtime_error("the world is closed");
}

/// Time passes for one caller at a time, and never for a callback, which is called while it does.
void World::pass(const std::function<void(sim::OpenRun&)>& work) {
  refuse_unless_open();
  if (open_->is_within()) throw std::runtime_error("time cannot be made to pass from within a check or a predicate: it is passing already");
  rethrow();
  if (errors_.any()) throw std::runtime_error("the run has ended: a check or another callback has failed, and no time passes any more");
  with(work);
}

/// In steps after which it is looked whether a callback has failed: then no time passes any more, but the run has an orderly end, which a
/// scenario of the same steps has too. A stop in the midst of a step of a scenario has not.
bool World::pause(sim::StepHost& host, Duration duration) {
  const PythonThread thread;
  const Instant until = host.now() + duration;
  halts_softly_ = true;
  bool goes_on = false;
  do goes_on = !errors_.any() && host.pause(std::min<Duration>(until - host.now(), look_for_errors_after)) && !errors_.any();
  while (goes_on && host.now() < until);
  halts_softly_ = false;
  return goes_on;
}

std::string World::why_over() {
  std::string why;
  with([&](sim::OpenRun& run) { why = run.host.why_over(); });
  return why;
}

double World::now() {
  if (result_) return (*result_)->elapsed_seconds;
  double at = 0;
  with([&](sim::OpenRun& run) { at = seconds_since_begin(run.host.now()); });
  return at;
}

bool World::run_for(std::int64_t microseconds) {
  bool goes_on = false;
  pass([&](sim::OpenRun& run) { goes_on = pause(run.host, Duration{microseconds}); });
  return goes_on;
}

bool World::step(std::int64_t microseconds_max) {
  bool goes_on = false;
  pass([&](sim::OpenRun& run) {
    halts_softly_ = true;
    goes_on = !errors_.any() && run.host.pause_for_turn(Duration{microseconds_max}) && !errors_.any();
    halts_softly_ = false;
  });
  return goes_on;
}

bool World::run_until(const py::function& predicate, std::int64_t within, std::int64_t every) {
  bool is_met = false;
  std::exception_ptr raised;  // the predicate's alone: the run can go on
  const HeldObject asked{predicate};
  const auto ask = [&] {
    const py::gil_scoped_acquire held;
    try {
      is_met = py::bool_(asked.get()());
    } catch (...) {
      raised = std::current_exception();
    }
  };
  pass([&](sim::OpenRun& run) {
    const PythonThread thread;
    const Instant deadline = run.host.now() + Duration{within};
    for (;;) {
      ask();
      const Instant at = run.host.now();
      if (is_met || raised || at >= deadline) return;
      if (!pause(run.host, std::min<Duration>(Duration{every}, deadline - at))) return;
    }
  });
  if (raised) std::rethrow_exception(raised);
  return is_met;
}

void World::violated(const std::string& what) {
  refuse_unless_open();
  const AwayFromPython away;
  open_->with([&](sim::OpenRun& run) { run.host.violated(what); });
}

std::vector<std::tuple<std::string, std::size_t, std::size_t>> World::groups() {
  std::vector<std::tuple<std::string, std::size_t, std::size_t>> all;
  with([&](sim::OpenRun& run) {
    for (std::size_t i = 0; i < draft_.groups.size(); ++i)
      all.emplace_back(draft_.groups[i].name, run.roster.groups[i].first, run.roster.groups[i].count);
  });
  return all;
}

std::uint64_t World::online(const std::vector<std::string>& groups) {
  std::uint64_t count = 0;
  with([&](sim::OpenRun& run) {
    for (const sim::GroupIndex group : run.host.groups(groups)) count += run.host.online(group);
  });
  return count;
}

std::pair<std::uint64_t, std::uint64_t> World::moves(const std::vector<std::string>& groups) {
  std::pair<std::uint64_t, std::uint64_t> count{0, 0};
  with([&](sim::OpenRun& run) {
    for (const sim::GroupIndex group : run.host.groups(groups)) {
      const sim::MoveCount one = run.host.moves(group);
      count.first += one.asked;
      count.second += one.moved;
    }
  });
  return count;
}

std::vector<std::tuple<std::string, std::string, std::string>> World::failures() {
  std::vector<std::tuple<std::string, std::string, std::string>> all;
  with([&](sim::OpenRun& run) {
    for (const sim::DeviceFailure& one : run.host.failures()) all.emplace_back(one.device, one.group, one.reason);
  });
  return all;
}

std::string World::device_name(std::size_t position) {
  std::string name;
  with([&](sim::OpenRun& run) { name = run.roster.full_name(position); });
  return name;
}

std::size_t World::find_device(const std::string& name) {
  Result<std::size_t, std::string> found = fail(std::string{});
  with([&](sim::OpenRun& run) { found = run.host.find_device(name); });
  if (!found) throw py::key_error(found.error());
  return *found;
}

sim::DevicePicture World::picture(std::size_t position) {
  sim::DevicePicture made;
  with([&](sim::OpenRun& run) { made = run.host.picture(position); });
  return made;
}

std::optional<TimelineParts> World::timeline(std::size_t position) {
  if (open_ && open_->is_elsewhere()) refuse_unless_open();
  const AwayFromPython away;
  const auto device = static_cast<std::uint32_t>(position);
  const sim::TimelineHead head = recorder_.head(device);
  if (head.device.empty()) return std::nullopt;
  return timeline_parts(recorder_.look(device), head);
}

/// On the run's thread, where they are told; from within a callback that is this one.
std::uint32_t World::listen(const std::vector<std::string>& kinds, const py::function& callback) {
  refuse_unless_open();
  std::uint32_t number = 0;
  const HeldObject held{callback};
  std::optional<std::string> wrong;
  with([&](sim::OpenRun&) {
    const auto added = listeners_.add(kinds, held);
    if (added) number = *added;
    if (!added) wrong = added.error();
  });
  if (wrong) throw py::value_error("on: " + *wrong);
  return number;
}

/// What callbacks have raised is for whoever orders something; where the run is over, nobody is told anything any more.
void World::leave(std::uint32_t listener) {
  if (!open_ || result_) return;
  const AwayFromPython away;
  open_->with([&](sim::OpenRun&) { listeners_.remove(listener); });
}

void World::stop() {
  if (open_ && !open_->is_elsewhere()) open_->stop();
}

std::pair<std::shared_ptr<sim::RunResult>, bool> World::close() {
  if (result_) return {*result_, is_stopped_};
  refuse_unless_open();
  if (open_->is_within()) throw std::runtime_error("a world cannot be closed from within a check or a predicate");
  std::optional<Result<sim::RunResult, sim::RunError>> result;
  is_stopped_ = open_->is_stopped();
  {
    const AwayFromPython away;
    result.emplace(open_->close());
  }
  if (!*result) throw ObstacleError{result->error().what, result->error().hint};
  result_ = std::make_shared<sim::RunResult>(std::move(**result));
  if (errors_.any() && (*result_)->verdict == sim::Verdict::pass) {
    (*result_)->violations.emplace_back("what a callback raised has ended the run");
    (*result_)->verdict = sim::Verdict::fail;
  }
  rethrow();
  return {*result_, is_stopped_};
}

}  // namespace fleetsim::python
