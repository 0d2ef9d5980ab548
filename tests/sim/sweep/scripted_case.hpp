// Cases and outcomes that no world made, for tests of what stands above the runner.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/sweep/shrink.hpp"
#include "sim/sweep/sweep.hpp"

namespace fleetsim::sim {

inline SweepCase case_of(std::uint64_t seed) {
  SweepCase one{.seed = seed, .end = std::chrono::seconds{600}};
  for (std::uint16_t position = 0; position < 6; ++position)
    one.faults.push_back({.position = position, .from = std::chrono::seconds{10}, .until = std::chrono::seconds{90}});
  one.devices = {{.first = 0, .count = 40}, {.first = 0, .count = 10}};
  return one;
}

inline CaseOutcome good() {
  CaseOutcome outcome;
  outcome.exercised.assign(10, 1);
  outcome.simulated = std::chrono::seconds{600};
  return outcome;
}
inline CaseOutcome bad(std::string invariant = "backoff_respected") {
  CaseOutcome outcome = good();
  outcome.violations_total = 2;
  outcome.violations = {
      {.invariant = std::move(invariant), .device = "a1TestPK001/meter-3", .at = Instant{std::chrono::seconds{83}}, .words = "too soon"}};
  return outcome;
}
/// Every seventh seed fails.
inline CaseOutcome run_sevens(const SweepCase& one) { return one.seed % 7 == 0 ? bad() : good(); }

inline SweepResult sweep_that_met(Sometimes which, std::uint8_t gave, std::uint64_t seeds) {
  return sweep({.first = 1, .last = seeds, .sometimes_after = 10}, case_of, [=](const SweepCase&) {
    CaseOutcome outcome = good();
    outcome.gave = gave;
    ++outcome.sometimes[static_cast<std::size_t>(which)];
    return outcome;
  });
}

inline std::vector<std::uint16_t> positions_of(const std::vector<CaseFault>& faults) {
  std::vector<std::uint16_t> positions;
  for (const CaseFault& fault : faults) positions.push_back(fault.position);
  return positions;
}

/// Fails while all of these are in the case.
struct Needs {
  std::vector<std::uint16_t> faults;
  std::uint64_t device = 0;  // of the first group, by index
  Duration at{0};
};
inline CaseRunner runner_of(const Needs& needs, std::uint32_t* runs = nullptr) {
  return [needs, runs](const SweepCase& one) {
    if (runs != nullptr) ++*runs;
    const bool has_faults = std::all_of(needs.faults.begin(), needs.faults.end(), [&](std::uint16_t fault) {
      const std::vector<std::uint16_t> kept = positions_of(one.faults);
      return std::find(kept.begin(), kept.end(), fault) != kept.end();
    });
    const DevicePart& part = one.devices.front();
    const bool has_device = needs.device >= part.first && needs.device < part.first + part.count;
    if (!has_faults || !has_device || one.end <= needs.at) return bad("another_one");
    CaseOutcome outcome = bad();
    outcome.violations.front().at = Instant{needs.at};
    return outcome;
  };
}

inline ShrinkResult shrunk(const Needs& needs, const ShrinkOptions& options = {}) {
  const CaseRunner run = runner_of(needs);
  return shrink(case_of(17), run(case_of(17)), "backoff_respected", run, options);
}

}  // namespace fleetsim::sim
