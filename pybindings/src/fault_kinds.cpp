// The kinds of faults and what can be set of each, as Python's strategies draw them: the list is the one of sim/faults.
#include <pybind11/stl.h>
#include <string>

#include "pybindings/src/bindings.hpp"
#include "sim/faults/list.hpp"

namespace fleetsim::python {
namespace {

const char* fault_value_name(sim::FaultValue type) {
  switch (type) {
    case sim::FaultValue::duration:
      return "duration";
    case sim::FaultValue::size:
      return "size";
    case sim::FaultValue::share:
      return "share";
    case sim::FaultValue::whole:
      return "whole";
    case sim::FaultValue::choice:
      return "choice";
  }
  return "";
}

const char* fault_target_name(sim::FaultTarget target) {
  switch (target) {
    case sim::FaultTarget::link:
      return "link";
    case sim::FaultTarget::clock:
      return "clock";
    case sim::FaultTarget::power:
      return "power";
    case sim::FaultTarget::platform_rule:
      return "platform_rule";
    case sim::FaultTarget::platform_crash:
      return "platform_crash";
  }
  return "";
}

py::dict fault_parameter_of(const sim::FaultParameter& parameter) {
  py::list choices;
  for (const std::string_view choice : parameter.choices) choices.append(std::string(choice));
  return py::dict(py::arg("name") = std::string(parameter.name), py::arg("type") = fault_value_name(parameter.type),
                  py::arg("what") = std::string(parameter.what), py::arg("standard") = parameter.standard, py::arg("min") = parameter.min,
                  py::arg("max") = parameter.max, py::arg("is_required") = parameter.is_required, py::arg("choices") = choices);
}

py::dict fault_kind_of(const sim::FaultKind& kind) {
  py::list parameters;
  for (const sim::FaultParameter& parameter : kind.parameters) parameters.append(fault_parameter_of(parameter));
  const char* only_leg = "";
  if (kind.only_leg) only_leg = *kind.only_leg == sim::FaultLeg::bootstrap ? "bootstrap" : "mqtt";
  return py::dict(py::arg("name") = std::string(kind.name), py::arg("summary") = std::string(kind.summary),
                  py::arg("target") = fault_target_name(kind.target), py::arg("only_leg") = only_leg,
                  py::arg("has_direction") = kind.has_direction, py::arg("needs_regions") = kind.needs_regions,
                  py::arg("parameters") = parameters);
}

}  // namespace

void bind_fault_kinds(py::module_& module) {
  module.def(
      "fault_kinds",
      [] {
        py::list kinds;
        for (const sim::FaultKind& kind : sim::fault_kinds())
          if (!kind.takes_rule) kinds.append(fault_kind_of(kind));  // a rule is no number that could be drawn
        return kinds;
      },
      "Every kind of fault: where it acts, and its parameters with type, bounds (microseconds, bytes, parts of 2^32 of a share) and "
      "choices.");
}

}  // namespace fleetsim::python
