// Firmware behaviour that is written in Python (fleetsim.DeviceBehaviour): called on the run's thread, in world virtual, which then has
// one thread.
//
//   const sim::BehaviourMaker make = behaviour_maker(MyFirmware, group_name, errors);
#pragma once

#include <string>

#include "pybindings/src/bindings.hpp"
#include "pybindings/src/callback_errors.hpp"
#include "sim/world/device_behaviour.hpp"

namespace fleetsim::python {

/// `factory` is called without arguments for each device, when it first gets power. Errors outlive the run.
sim::BehaviourMaker behaviour_maker(py::object factory, std::string group, CallbackErrors& errors);

}  // namespace fleetsim::python
