#include "sim/conformance/exam_plan.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <numeric>

#include "sim/config/units.hpp"
#include "sim/conformance/exam.hpp"

namespace fleetsim::sim {

std::vector<std::size_t> exam_order(const std::vector<const Requirement*>& requirements, const Baseline* baseline) {
  std::vector<std::size_t> order(requirements.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  // Groups stand together in the catalogue; their order is that of their first requirement.
  std::vector<std::size_t> group_begin(requirements.size());
  for (std::size_t i = 0; i < requirements.size(); ++i)
    group_begin[i] = i > 0 && requirements[i]->group() == requirements[i - 1]->group() ? group_begin[i - 1] : i;
  const auto seconds = [&](std::size_t i) { return baseline == nullptr ? 0 : baseline->seconds_of(requirements[i]->id).value_or(0); };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (requirements[a]->level != requirements[b]->level) return requirements[a]->level == Level::must;
    if (group_begin[a] != group_begin[b]) return group_begin[a] < group_begin[b];
    return seconds(a) < seconds(b);
  });
  return order;
}

std::string budget_says_no(Duration budget, Duration gone, std::optional<double> before) {
  if (gone >= budget) return fmt::format("left out: the budget of {} was spent", format_duration(budget));
  const Duration left = budget - gone;
  if (before && *before > std::chrono::duration<double>(left).count())
    return fmt::format("left out: it took {:.3g} s before, and {} of the budget of {} were left", *before, seconds_words(left),
                       format_duration(budget));
  return {};
}

}  // namespace fleetsim::sim
