// A scenario as C++ has read it: what Python's Scenario, a tree, is judged by and run as.
#include "pybindings/src/scenario.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <pybind11/stl.h>
#include <string>

#include "pybindings/src/bindings.hpp"
#include "pybindings/src/interpreter_end.hpp"
#include "pybindings/src/problems.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "sim/sweep/random_faults.hpp"

namespace fleetsim::python {
namespace {

using sim::Scenario;

py::tuple read(const std::string& text, const std::string& path, const sim::Settings& settings, const std::string& external_file) {
  sim::Diagnostics diagnostics;
  std::optional<Scenario> scenario;
  {
    const AwayFromPython away;
    scenario = sim::read_scenario(text, path, settings, diagnostics, external_file);
  }
  py::object read = py::none();
  if (scenario) read = py::cast(std::make_shared<Scenario>(std::move(*scenario)));
  return py::make_tuple(read, problems_of(diagnostics));
}

std::uint64_t devices_of(const Scenario& scenario) {
  std::uint64_t devices = 0;
  for (const sim::FleetGroup& group : scenario.groups) devices += group.count;
  return devices;
}

std::string world_word(const Scenario& scenario) {
  switch (scenario.world) {
    case sim::WorldKind::sockets:
      return "sockets";
    case sim::WorldKind::virtual_time:
      return "virtual";
    case sim::WorldKind::external:
      return "external";
  }
  return {};
}

sim::WorldKind world_of(const std::string& word) {
  if (word == "virtual") return sim::WorldKind::virtual_time;
  if (word == "sockets") return sim::WorldKind::sockets;
  throw py::value_error("world: expected \"virtual\" or \"sockets\", got \"" + word + "\"");
}

}  // namespace

Scenario changed(const Scenario& scenario, const ScenarioChanges& changes) {
  Scenario changed = scenario;
  if (changes.seed) changed.seed = *changes.seed;
  sim::settle_random_faults(changed);
  if (changes.threads) changed.threads = *changes.threads;
  if (!changes.world.empty()) {
    const sim::WorldKind world = world_of(changes.world);
    if (changed.world == sim::WorldKind::external)
      throw py::value_error("world: a scenario of world external has its platform elsewhere, and runs nowhere else");
    changed.world = world;
  }
  return changed;
}

void bind_scenario(py::module_& module) {
  py::class_<Scenario, std::shared_ptr<Scenario>>(module, "Scenario", "A scenario that was read, and can be trusted.")
      .def_static("read", &read, py::arg("text"), py::arg("path"), py::arg("settings"), py::arg("external_file") = std::string{},
                  "YAML text to (Scenario or None, list of problems). `path` is for error texts, and relative file names start there.")
      .def_readonly("name", &Scenario::name)
      .def_readonly("description", &Scenario::description)
      .def_readonly("seed", &Scenario::seed)
      .def_readonly("threads", &Scenario::threads)
      .def_readonly("secret_vars", &Scenario::secret_vars)
      .def_property_readonly("world", &world_word)
      .def_property_readonly("devices", &devices_of);
}

}  // namespace fleetsim::python
