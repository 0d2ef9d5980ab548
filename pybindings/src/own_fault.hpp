// A fault that is written in Python (fleetsim.CustomFault): asked on the run's thread, in world virtual, which then has one thread.
//
//   sim::OwnFault own = own_fault_of(object, scenario, errors);   // TypeError, ValueError: what is wrong with its arguments
//   host.inject(std::move(own));
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pybindings/src/bindings.hpp"
#include "pybindings/src/callback_errors.hpp"
#include "sim/faults/own_fault.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::python {

/// Whether it is one.
bool is_own_fault(py::handle object);
/// Errors outlive the run. What of Python fails is kept there.
sim::OwnFault own_fault_of(py::handle object, const sim::Scenario& scenario, CallbackErrors& errors);

}  // namespace fleetsim::python
