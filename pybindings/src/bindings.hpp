// The parts of fleetsim._core: each binds one concept, in a file of its own name, and stands in the one list of module.cpp.
//
//   void bind_report(py::module_& module) { py::class_<PyReport>(module, "RunResult")...; }       // report.cpp
#pragma once

#include <pybind11/pybind11.h>

namespace fleetsim::python {

namespace py = pybind11;

void bind_interpreter_end(py::module_& module);
void bind_command_line(py::module_& module);
void bind_tree(py::module_& module);
void bind_scenario(py::module_& module);
void bind_histogram(py::module_& module);
void bind_report(py::module_& module);
void bind_fault_kinds(py::module_& module);
void bind_own_fault(py::module_& module);
void bind_behaviour(py::module_& module);
void bind_run(py::module_& module);
void bind_replay(py::module_& module);
void bind_events(py::module_& module);
void bind_world(py::module_& module);
void bind_platform(py::module_& module);
void bind_conform(py::module_& module);

}  // namespace fleetsim::python
