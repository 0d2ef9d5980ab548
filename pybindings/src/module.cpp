// fleetsim._core: the one list of what it consists of. A part that needs another's types comes after it.
#include "pybindings/src/bindings.hpp"

PYBIND11_MODULE(_core, module) {
  using namespace fleetsim::python;
  module.doc() = "fleetsim's C++ parts. The public names are in the package fleetsim.";
  module.attr("__version__") = FLEETSIM_VERSION;

  bind_interpreter_end(module);
  bind_command_line(module);
  bind_tree(module);
  bind_scenario(module);
  bind_histogram(module);
  bind_report(module);
  bind_fault_kinds(module);
  bind_own_fault(module);
  bind_behaviour(module);
  bind_run(module);
  bind_replay(module);
  bind_events(module);
  bind_world(module);
  bind_platform(module);
  bind_conform(module);
}
