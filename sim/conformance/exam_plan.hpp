// In which order requirements are examined when there may be no time for all of them, and which of them are not begun any more.
//
//   const std::vector<std::size_t> order = exam_order(requirements, baseline);   // MUST first, then as the catalogue has its groups
//   if (const std::string why = budget_says_no(budget, gone, baseline->seconds_of(id)); !why.empty()) …
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "devicecore/base/time.hpp"
#include "sim/conformance/baseline.hpp"
#include "sim/conformance/requirement.hpp"

namespace fleetsim::sim {

/// Positions: every MUST before any SHOULD, groups in the catalogue's order, and within a group what was short before (`baseline` may be
/// null) first; what was never seen counts as short.
std::vector<std::size_t> exam_order(const std::vector<const Requirement*>& requirements, const Baseline* baseline);

/// Why it is not begun any more; empty: it is. `before`: what it took when it was examined last, in seconds.
std::string budget_says_no(Duration budget, Duration gone, std::optional<double> before);

}  // namespace fleetsim::sim
