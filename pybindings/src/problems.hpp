// What the readers found wrong with a scenario, for Python: (severity, file, line, column, message) each.
//
//   return py::make_tuple(scenario, problems_of(diagnostics));
#pragma once

#include "pybindings/src/bindings.hpp"
#include "sim/config/diagnostics.hpp"

namespace fleetsim::python {

/// In the order in which they were found. Line and column count from 1; 0 is the file as a whole.
py::list problems_of(const sim::Diagnostics& diagnostics);

}  // namespace fleetsim::python
