// A scenario's own steps, from their begin to the report.
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <pybind11/stl.h>
#include <string>
#include <utility>
#include <vector>

#include "pybindings/src/bindings.hpp"
#include "pybindings/src/callback_errors.hpp"
#include "pybindings/src/listeners.hpp"
#include "pybindings/src/own_logic.hpp"
#include "pybindings/src/run_memory.hpp"
#include "pybindings/src/scenario.hpp"
#include "pybindings/src/waiting.hpp"
#include "sim/fleet.hpp"
#include "sim/world/run_oracles.hpp"
#include "sim/world/tap_fan.hpp"

namespace fleetsim::python {
namespace {

/// What the run has to tell, until the calling thread tells it to Python: of progress the latest, of notices all.
class News {
 public:
  void take(const sim::Progress& progress) {
    const std::lock_guard lock{mutex_};
    progress_ = progress;
  }
  void take(const std::string& notice) {
    const std::lock_guard lock{mutex_};
    notices_.push_back(notice);
  }
  void tell(const py::object& on_progress, const py::object& on_notice) {
    std::optional<sim::Progress> progress;
    std::vector<std::string> notices;
    {
      const std::lock_guard lock{mutex_};
      progress.swap(progress_);
      notices.swap(notices_);
    }
    for (const std::string& notice : notices)
      if (!on_notice.is_none()) on_notice(notice);
    if (progress && !on_progress.is_none())
      on_progress(progress->elapsed_seconds, progress->step, progress->devices_total, progress->online, progress->moved,
                  progress->connects_per_second, progress->publishes_per_second);
  }

 private:
  std::mutex mutex_;
  std::optional<sim::Progress> progress_;
  std::vector<std::string> notices_;
};

/// What of Python a run calls.
struct RunCallbacks {
  py::object on_progress;
  py::object on_notice;
  py::iterable faults;
  py::dict behaviours;
  py::list checks;  // (kinds of events, what is called with each)
  bool watches_invariants = false;
};

/// The error: what stands in the way, and what to do about it.
using Ran = std::pair<std::shared_ptr<sim::RunResult>, std::optional<std::pair<std::string, std::string>>>;

Ran run(const std::shared_ptr<sim::Scenario>& read, const ScenarioChanges& changes, const std::string& events_file,
        const RunCallbacks& callbacks) {
  sim::Scenario scenario = changed(*read, changes);
  std::unique_ptr<sim::EventStream> events;
  if (!events_file.empty()) {
    auto opened = sim::EventStream::to_file(events_file, scenario.name, scenario.seed);
    if (!opened) return {nullptr, std::pair{opened.error(), std::string{}}};
    events = std::move(*opened);
  }
  Waiting waiting;
  CallbackErrors errors([&] { waiting.end(); });
  const OwnLogic own(scenario, callbacks.faults, callbacks.behaviours, errors);
  Listeners listeners(errors);
  for (const py::handle check : callbacks.checks) {
    const auto [kinds, heard] = check.cast<std::pair<std::vector<std::string>, py::object>>();
    if (const auto added = listeners.add(kinds, HeldObject{heard}); !added) throw py::value_error("checks: " + added.error());
  }
  News news;
  sim::RunOptions options;
  options.progress = [&](const sim::Progress& progress) {
    news.take(progress);
    waiting.notify();
  };
  options.notice = [&](const std::string& text) { news.take(text); };
  options.events = events.get();
  options.stop = &waiting.stop();
  own.put_into(options);
  const bool has_checks = !callbacks.checks.empty();
  if (callbacks.watches_invariants && scenario.world != sim::WorldKind::virtual_time)
    throw py::value_error("invariants: they are watched in world virtual only");
  sim::RunOracles oracles(scenario);
  std::vector<sim::RunTaps*> guests;
  if (has_checks) guests.push_back(&listeners.feed());
  if (callbacks.watches_invariants) guests.push_back(&oracles);
  sim::TapFan all(guests);
  if (!guests.empty()) options.taps = guests.size() == 1 ? guests.front() : &all;
  const RunMemory memory;
  Ran ran;
  std::string lost;
  waiting.run(
      [&] {
        std::optional<PythonThread> python;
        if (!own.is_empty() || has_checks) python.emplace();
        auto result = sim::run_scenario(scenario, options);
        if (events) lost = events->close();
        if (result)
          ran.first = std::make_shared<sim::RunResult>(std::move(*result));
        else
          ran.second = std::pair{result.error().what, result.error().hint};
      },
      [&] { news.tell(callbacks.on_progress, callbacks.on_notice); });
  errors.rethrow();
  if (ran.first && callbacks.watches_invariants) oracles.add_to(*ran.first);
  if (ran.first) ran.first->output_lost = !lost.empty();
  if (ran.first && !lost.empty()) ran.second = std::pair{lost, std::string{"free some space, or give another file"}};
  return ran;
}

}  // namespace

void bind_run(py::module_& module) {
  module.def(
      "run",
      [](const std::shared_ptr<sim::Scenario>& scenario, std::optional<std::uint64_t> seed, std::optional<std::uint32_t> threads,
         const std::string& world, const std::string& events_file, const py::object& on_progress, const py::object& on_notice,
         const py::iterable& faults, const py::dict& behaviours, const py::list& checks, bool invariants) {
        return run(scenario, {.seed = seed, .threads = threads, .world = world}, events_file,
                   {.on_progress = on_progress,
                    .on_notice = on_notice,
                    .faults = faults,
                    .behaviours = behaviours,
                    .checks = checks,
                    .watches_invariants = invariants});
      },
      py::arg("scenario"), py::arg("seed"), py::arg("threads"), py::arg("world"), py::arg("events_file"), py::arg("on_progress"),
      py::arg("on_notice"), py::arg("faults"), py::arg("behaviours"), py::arg("checks"), py::arg("invariants"),
      "Runs to the end; (RunResult or None, (what, hint) of what stood in the way or None). Ctrl-C ends the run, and raises.");
}

}  // namespace fleetsim::python
