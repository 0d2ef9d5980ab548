// The whole command line, as one function.
#include <csignal>
#include <cstdio>
#include <pybind11/stl.h>
#include <string>
#include <vector>

#include "pybindings/src/bindings.hpp"
#include "pybindings/src/interpreter_end.hpp"
#include "sim/app/interrupt.hpp"
#include "sim/app/program.hpp"

namespace fleetsim::python {
namespace {

int run_command_line(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv{"fleetsim"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  const AwayFromPython away;
  const sim::SignalsKept kept;
  std::signal(SIGPIPE, SIG_IGN);
  const int code = sim::run_program(static_cast<int>(argv.size()), argv.data());
  std::fflush(stdout);
  return code;
}

}  // namespace

void bind_command_line(py::module_& module) {
  module.def("main", &run_command_line, py::arg("argv"),
             "Does what `fleetsim ARGV...` does in a shell; returns the exit code. Signal handlers are put back afterwards.");
}

}  // namespace fleetsim::python
