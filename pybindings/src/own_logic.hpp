// What a run from Python has of its own: faults and behaviours that are written there.
//
//   OwnLogic own(scenario, faults, behaviours, errors);   // with the GIL; ValueError and TypeError; the scenario gets one thread
//   own.put_into(options);                                // own outlives the run
#pragma once

#include <memory>
#include <vector>

#include "pybindings/src/bindings.hpp"
#include "pybindings/src/callback_errors.hpp"
#include "sim/fleet.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::python {

class OwnLogic {
 public:
  /// `faults`: CustomFaults. `behaviours`: a dict of groups' names and what makes a DeviceBehaviour, called without arguments.
  OwnLogic(sim::Scenario& scenario, const py::iterable& faults, const py::dict& behaviours, CallbackErrors& errors);
  OwnLogic(const OwnLogic&) = delete;
  OwnLogic& operator=(const OwnLogic&) = delete;

  /// Nothing of it costs anything where there is none.
  void put_into(sim::RunOptions& options) const;
  bool is_empty() const { return !own_faults_ && !foreign_; }
  /// Of the faults, as they were when the run began.
  const std::vector<sim::FaultSpec>& specs() const { return specs_; }
  const sim::OwnFaults& own_faults() const { return own_faults_; }  // empty: none
  const sim::ForeignMaker& foreign() const { return foreign_; }     // likewise

 private:
  std::vector<sim::FaultSpec> specs_;
  std::shared_ptr<std::vector<sim::OwnFault>> faults_;  // until the run takes them
  sim::OwnFaults own_faults_;
  sim::ForeignMaker foreign_;
};

/// Of a world that is open: TypeError or ValueError when its scenario cannot have faults or behaviours from Python.
void check_own_logic(const sim::Scenario& scenario, const char* argument);

}  // namespace fleetsim::python
