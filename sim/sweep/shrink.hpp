// Makes a failing case small while it fails the same invariant still: an earlier end, fewer steps that set or take back faults, fewer
// faults (delta debugging: Zeller and Hildebrandt 2002), fewer groups and devices, and in the end shorter windows of faults. What is left
// is what the failure needs. The same failure is made small in the same way, in runs_max runs at most.
//
//   ShrinkResult small = shrink(failure.of, failure.outcome, "backoff_respected", run_case, {.runs_max = 200});
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/sweep/sweep_case.hpp"

namespace fleetsim::sim {

struct ShrinkOptions {
  std::uint32_t runs_max = 200;
  std::string part{};  // of what failed: CaseViolation::part
  const std::atomic<bool>* stop = nullptr;
};

struct ShrinkResult {
  SweepCase smallest{};
  CaseOutcome outcome{};  // of it
  std::uint32_t runs = 0;
  bool was_cut_short = false;  // by runs_max or stop: it may get smaller still
};

/// Precondition: `outcome` is that of `failing`, and fails the invariant.
ShrinkResult shrink(const SweepCase& failing, const CaseOutcome& outcome, std::string_view invariant, const CaseRunner& run,
                    const ShrinkOptions& options);

}  // namespace fleetsim::sim
