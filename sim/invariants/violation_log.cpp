#include "sim/invariants/violation_log.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace fleetsim::sim {

void ViolationLog::add(std::string_view invariant, std::uint32_t device, Instant at, std::string words) {
  ++total_;
  kept_.push_back({.invariant = invariant, .device = device, .at = at, .words = std::move(words)});
  keep_first();
}

void ViolationLog::merge(const ViolationLog& other) {
  total_ += other.total_;
  kept_.insert(kept_.end(), other.kept_.begin(), other.kept_.end());
  keep_first();
}

/// By their order and not by who came first: one that is dated back takes the place of a later one.
void ViolationLog::keep_first() {
  const auto before = [](const Violation& a, const Violation& b) {
    return std::tie(a.at, a.device, a.invariant, a.words) < std::tie(b.at, b.device, b.invariant, b.words);
  };
  std::sort(kept_.begin(), kept_.end(), before);
  if (kept_.size() > kept_max) kept_.resize(kept_max);
}

}  // namespace fleetsim::sim
