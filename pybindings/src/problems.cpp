#include "pybindings/src/problems.hpp"

namespace fleetsim::python {

py::list problems_of(const sim::Diagnostics& diagnostics) {
  py::list problems;
  for (const sim::Diagnostic& one : diagnostics.all()) {
    const bool is_error = one.severity == sim::Diagnostic::Severity::error;
    problems.append(py::make_tuple(is_error ? "error" : "warning", diagnostics.file(one.at.file), one.at.line, one.at.column, one.message));
  }
  return problems;
}

}  // namespace fleetsim::python
