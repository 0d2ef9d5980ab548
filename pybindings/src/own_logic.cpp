#include "pybindings/src/own_logic.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "pybindings/src/behaviour.hpp"
#include "pybindings/src/own_fault.hpp"
#include "sim/faults/own_fault.hpp"
#include "sim/world/behaviour_device.hpp"

namespace fleetsim::python {
namespace {

std::string names_of_groups(const sim::Scenario& scenario) {
  std::string names;
  for (const sim::FleetGroup& group : scenario.groups) names += (names.empty() ? "" : ", ") + group.name;
  return names;
}

std::size_t group_of(const sim::Scenario& scenario, py::handle name) {
  if (!py::isinstance<py::str>(name)) throw py::type_error("behaviours: expected names of groups, got " + std::string(py::repr(name)));
  const std::string wanted = name.cast<std::string>();
  const auto found = std::find_if(scenario.groups.begin(), scenario.groups.end(), [&](const auto& group) { return group.name == wanted; });
  if (found == scenario.groups.end())
    throw py::value_error("behaviours: no group \"" + wanted + "\"; there are " + names_of_groups(scenario));
  if (!found->behind.empty())
    throw py::value_error("behaviours: the devices of " + wanted + " are behind gateways: they have no firmware of their own");
  return static_cast<std::size_t>(found - scenario.groups.begin());
}

std::vector<sim::BehaviourMaker> makers_of(const sim::Scenario& scenario, const py::dict& behaviours, CallbackErrors& errors) {
  std::vector<sim::BehaviourMaker> makers(scenario.groups.size());
  for (const auto& [name, factory] : behaviours) {
    const std::size_t group = group_of(scenario, name);
    if (PyCallable_Check(factory.ptr()) == 0)
      throw py::type_error("behaviours[" + std::string(py::repr(name)) +
                           "]: expected a subclass of DeviceBehaviour, or what makes one when it is called, got " +
                           std::string(py::repr(factory)));
    makers[group] = behaviour_maker(py::reinterpret_borrow<py::object>(factory), scenario.groups[group].name, errors);
  }
  return makers;
}

}  // namespace

void check_own_logic(const sim::Scenario& scenario, const char* argument) {
  if (scenario.world == sim::WorldKind::virtual_time) return;
  throw py::value_error(std::string(argument) +
                        ": what is written in Python acts within moments of time, which only world virtual can wait for");
}

OwnLogic::OwnLogic(sim::Scenario& scenario, const py::iterable& faults, const py::dict& behaviours, CallbackErrors& errors) {
  std::vector<sim::OwnFault> made;
  for (const py::handle fault : faults) {
    check_own_logic(scenario, "faults");
    if (!is_own_fault(fault)) throw py::type_error("faults: expected a CustomFault, got " + std::string(py::repr(fault)));
    made.push_back(own_fault_of(fault, scenario, errors));
    specs_.push_back(made.back().spec);
  }
  if (!made.empty()) {
    faults_ = std::make_shared<std::vector<sim::OwnFault>>(std::move(made));
    own_faults_ = [kept = faults_] { return std::exchange(*kept, {}); };
  }
  if (!behaviours.empty()) {
    check_own_logic(scenario, "behaviours");
    foreign_ = sim::behaviours_by_group(makers_of(scenario, behaviours, errors));
  }
  if (!is_empty()) scenario.threads = 1;
}

void OwnLogic::put_into(sim::RunOptions& options) const {
  if (own_faults_) options.own_faults = &own_faults_;
  if (foreign_) options.foreign = &foreign_;
}

}  // namespace fleetsim::python
