#include "sim/world/run_faults.hpp"

#include <algorithm>

#include "sim/faults/fault_check.hpp"

namespace fleetsim::sim {

std::unique_ptr<FaultSet> make_fault_set(const Scenario& scenario, const RunRuntime& runtime, const RunOptions& options) {
  const bool injects = std::any_of(scenario.steps.begin(), scenario.steps.end(),
                                   [](const Step& step) { return std::holds_alternative<InjectStep>(step.action); });
  const bool may_inject = injects || options.script != nullptr || options.own_faults != nullptr;  // what a script will ask for nobody knows
  if (scenario.faults.empty() && !may_inject) return nullptr;
  FaultPlaces places = fault_places(scenario);
  places.regions = runtime.tag_names.regions;  // links say theirs by these positions
  return std::make_unique<FaultSet>(scenario.seed, std::move(places));
}

bool crashes_platform(const Scenario& scenario) {
  const auto is_crash = [](const FaultSpec& fault) { return fault.kind == "platform_crash"; };
  const auto injects = [&](const Step& step) {
    const auto* const inject = std::get_if<InjectStep>(&step.action);
    return inject != nullptr && is_crash(inject->fault);
  };
  return std::any_of(scenario.faults.begin(), scenario.faults.end(), is_crash) ||
         std::any_of(scenario.steps.begin(), scenario.steps.end(), injects);
}

}  // namespace fleetsim::sim
