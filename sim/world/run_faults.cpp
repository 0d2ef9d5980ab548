#include "sim/world/run_faults.hpp"

#include <algorithm>

#include "sim/faults/fault_check.hpp"

namespace fleetsim::sim {

std::unique_ptr<FaultSet> make_fault_set(const Scenario& scenario, const RunRuntime& runtime) {
  const bool injects = std::any_of(scenario.steps.begin(), scenario.steps.end(),
                                   [](const Step& step) { return std::holds_alternative<InjectStep>(step.action); });
  if (scenario.faults.empty() && !injects) return nullptr;
  FaultPlaces places = fault_places(scenario);
  places.regions = runtime.tag_names.regions;  // links say theirs by these positions
  return std::make_unique<FaultSet>(scenario.seed, std::move(places));
}

}  // namespace fleetsim::sim
