// What is wrong with a fault as it is asked for: everything at once.
//
//   for (const FaultProblem& problem : problems_of(spec, places)) tell(problem.field, problem.message);
#pragma once

#include <string>
#include <vector>

#include "sim/faults/fault_places.hpp"
#include "sim/faults/fault_spec.hpp"

namespace fleetsim::sim {

struct Scenario;

struct FaultProblem {
  std::string field;    // "kind", "regions", "toxicity", a parameter's name, …
  std::string message;  // "no region \"cn-shangai\" (did you mean …?)"
};

std::vector<FaultProblem> problems_of(const FaultSpec& spec, const FaultPlaces& places);
/// Of a fault that is none of the list (own_fault.hpp): where, when and to how many; its kind is any word.
std::vector<FaultProblem> problems_of_own(const FaultSpec& spec, const FaultPlaces& places);

/// What faults may name in that scenario.
FaultPlaces fault_places(const Scenario& scenario);

}  // namespace fleetsim::sim
