// One device of a run, told anew: the run is the same one, for its seed decides all of it.
#include <cstdint>
#include <optional>
#include <pybind11/stl.h>
#include <string>
#include <utility>

#include "pybindings/src/bindings.hpp"
#include "pybindings/src/obstacle.hpp"
#include "pybindings/src/scenario.hpp"
#include "pybindings/src/timeline.hpp"
#include "pybindings/src/waiting.hpp"
#include "sim/fleet.hpp"
#include "sim/live/run_countries.hpp"
#include "sim/world/run_recorder.hpp"

namespace fleetsim::python {
namespace {

std::uint32_t position_of(const sim::Scenario& scenario, const std::string& device) {
  auto addresses = sim::plan_addresses(scenario);
  if (!addresses) throw ObstacleError{addresses.error().what, addresses.error().hint};
  auto roster = sim::make_roster(scenario, *addresses);
  if (!roster) throw ObstacleError{roster.error().what, roster.error().hint};
  const auto found = sim::find_device(scenario, *roster, device);
  if (!found) throw py::key_error(found.error().what);
  return *found;
}

py::tuple replay(const std::shared_ptr<sim::Scenario>& read, const std::string& device, std::optional<std::uint64_t> seed) {
  const sim::Scenario scenario = changed(*read, {.seed = seed, .threads = {}, .world = "virtual"});
  const std::uint32_t position = position_of(scenario, device);
  sim::RunRecorder recorder({position});
  Waiting waiting;
  sim::RunOptions options;
  options.taps = &recorder;
  options.events = &recorder.run_notes();
  options.stop = &waiting.stop();
  std::optional<Result<sim::RunResult, sim::RunError>> result;
  waiting.run([&] { result.emplace(sim::run_scenario(scenario, options)); }, {});
  if (!*result) throw ObstacleError{result->error().what, result->error().hint};
  sim::TimelineHead head = recorder.head(position);
  head.trace_hash = (*result)->trace_hash;
  return parts_of(timeline_parts(recorder.take(position), head));
}

}  // namespace

void bind_replay(py::module_& module) {
  // NOLINTNEXTLINE(performance-unnecessary-value-param): pybind11 takes this signature and no other
  py::register_exception_translator([](std::exception_ptr raised) {
    try {
      if (raised) std::rethrow_exception(raised);
    } catch (const ObstacleError& error) {
      const py::object kind = py::module_::import("fleetsim.problems").attr("RunError");
      PyErr_SetObject(kind.ptr(), kind(error.what, error.hint).ptr());
    }
  });
  module.def("replay", &replay, py::arg("scenario"), py::arg("device"), py::arg("seed"),
             "The device's timeline in a run of the scenario's own steps, in world virtual: (text, JSON, pcap).");
}

}  // namespace fleetsim::python
