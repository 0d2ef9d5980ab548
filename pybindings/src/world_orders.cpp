// What is ordered of an open world. What is a step of a scenario is given as one.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <pybind11/stl.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "pybindings/src/bindings.hpp"
#include "pybindings/src/interpreter_end.hpp"
#include "pybindings/src/own_fault.hpp"
#include "pybindings/src/problems.hpp"
#include "pybindings/src/world.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "sim/steps/list.hpp"

namespace fleetsim::python {

/// For work that makes no sense any more once the run has ended.
std::function<void(sim::OpenRun&)> World::still(const std::function<void(sim::OpenRun&)>& work) {
  return [this, &work](sim::OpenRun& run) {
    if (const std::string_view why = run.host.why_over(); !why.empty())
      throw std::runtime_error("the run has ended (" + std::string(why) + "): nothing can be ordered any more");
    ++orders_begun_;
    work(run);
  };
}

void World::order(const std::function<void(sim::OpenRun&)>& work) {
  refuse_unless_open();
  if (open_->is_within()) listeners_.ordered();
  with(still(work));
}

/// A platform that crashes comes back from what it has kept, which it does from its beginning or not at all.
void World::refuse_a_crash(const sim::Step& step) const {
  const auto* const inject = std::get_if<sim::InjectStep>(&step.action);
  if (inject == nullptr || inject->fault.kind != "platform_crash" || may_crash_) return;
  throw py::value_error(
      "fault: the platform of this world keeps nothing that it could come back from after a crash: open the world with a fault "
      "platform_crash, if need be one that never begins, such as World(scenario, faults=[Fault(\"platform_crash\", **{\"from\": "
      "\"1000h\"})])");
}

/// Devices whose version nobody wanted to know when the run began tell none.
void World::refuse_an_upgrade(const sim::Step& step) const {
  const auto* const upgrade = std::get_if<sim::UpgradeStep>(&step.action);
  if (upgrade == nullptr) return;
  for (const sim::FleetGroup& group : draft_.groups) {
    const bool is_named =
        upgrade->groups.empty() || std::find(upgrade->groups.begin(), upgrade->groups.end(), group.name) != upgrade->groups.end();
    if (is_named && group.version.empty())
      throw py::value_error("fleet: the devices of group " + group.name +
                            " tell no version of their firmware: give the group one in the scenario, such as version=\"1.0.0\"");
  }
}

py::tuple World::perform(const std::string& text) {
  refuse_unless_open();
  sim::Diagnostics diagnostics;
  std::optional<sim::Step> read;
  {
    const AwayFromPython away;
    const std::lock_guard lock(drafting_);
    if (const sim::Step* const step = sim::read_step_text(text, "step", draft_, diagnostics)) read = *step;
  }
  if (!read) return py::make_tuple(py::list(), py::list(), problems_of(diagnostics));
  sim::StepReport report;
  const sim::Step& ordered = *read;
  refuse_a_crash(ordered);
  refuse_an_upgrade(ordered);
  const auto work = [&](sim::OpenRun& run) { report = run.host.perform(ordered); };
  const auto* const jobs = std::get_if<sim::DistributeStep>(&ordered.action);
  const bool waits = (jobs == nullptr || jobs->interval > Duration{0}) && !std::holds_alternative<sim::InjectStep>(ordered.action) &&
                     !std::holds_alternative<sim::MisbehaveStep>(ordered.action) &&
                     !std::holds_alternative<sim::CommandStep>(ordered.action) && !std::holds_alternative<sim::HealStep>(ordered.action);
  waits ? pass(still(work)) : order(work);
  return py::make_tuple(report.failures, report.violations, py::list());
}

double World::begin_arrivals(const std::vector<std::string>& groups) {
  double last = 0;
  order([&](sim::OpenRun& run) {
    for (const sim::GroupIndex group : run.host.groups(groups))
      last = std::max(last, seconds_since_begin(run.host.begin_by_itself(group).last_up));
  });
  return last;
}

std::string World::command(std::size_t position, const sim::DeviceOrder& wanted) {
  std::string why_not;
  order([&](sim::OpenRun& run) { why_not = run.host.command(position, wanted); });
  return why_not;
}

std::string World::inject(const py::object& fault) {
  refuse_unless_open();
  check_own_logic(draft_, "fault");
  if (!is_own_fault(fault)) throw py::type_error("fault: expected a CustomFault, got " + std::string(py::repr(fault)));
  sim::OwnFault own = own_fault_of(fault, draft_, errors_);
  sim::FaultSpec spec = own.spec;
  Result<std::string, std::string> injected = fail(std::string{});
  order([&](sim::OpenRun& run) { injected = run.host.inject(std::move(own)); });
  if (!injected) throw py::value_error("fault: " + injected.error());
  spec.name = *injected;
  know_fault(spec);
  return *injected;
}

/// Steps that are read from now on may name it.
void World::know_fault(const sim::FaultSpec& spec) {
  const std::lock_guard lock(drafting_);
  draft_.steps.push_back({.label = {}, .action = sim::InjectStep{spec}});
}

}  // namespace fleetsim::python
