// What is wrong with a rule, whatever other rules and instances there are.
//
//   if (const auto problem = problem_of(rule)) tell(problem->field, problem->message);
#pragma once

#include <optional>
#include <string>

#include "platform-mock/core/misbehaviour/rule.hpp"

namespace fleetsim::platform::misbehaviour {

struct RuleProblem {
  std::string field;    // "kind", "share", …; empty: of the rule as a whole
  std::string message;  // "status must be a whole number from 400 to 599"
};

std::optional<RuleProblem> problem_of(const Rule& rule);

}  // namespace fleetsim::platform::misbehaviour
