// Many seeds of one scenario, some at a time, each a run of its own on one thread. Stops at the first violation or collects them; the
// result is the same for any number of threads.
//
//   SweepResult result = sweep({.first = 1, .last = 1000, .threads = 2}, first_case, run_case);
//   return result.passed() ? 0 : 1;
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/sweep/sweep_case.hpp"

namespace fleetsim::sim {

struct SweepProgress {
  std::uint64_t done = 0;
  std::uint64_t seeds = 0;
  std::uint64_t failed = 0;
};

struct SweepFailure {
  SweepCase of{};
  CaseOutcome outcome{};
};

/// first_violation: seeds behind the first that fails are not told of, as if nobody had run them.
enum class SweepMode : std::uint8_t { first_violation, collect };

struct SweepOptions {
  std::uint64_t first = 1;
  std::uint64_t last = 1;
  std::uint32_t threads = 1;
  SweepMode mode = SweepMode::first_violation;
  std::size_t failures_max = 20;                         // of collect: more are counted
  std::uint64_t sometimes_after = 100;                   // fewer seeds need not have met every situation, nor exercised every invariant
  std::function<void(const SweepProgress&)> progress{};  // after each seed; one call at a time
  std::function<void(const SweepFailure&)> failed{};     // as soon as one has, in any order; one call at a time
  const std::atomic<bool>* stop = nullptr;               // set by Ctrl-C; a run that it cuts short is none
  std::uint8_t could_give = 0;                           // sometimes_needs of all that seeds might draw
};

struct SweepResult {
  std::uint64_t seeds_asked = 0;
  std::uint64_t sometimes_after = 0;  // as asked
  std::uint64_t seeds_run = 0;
  std::uint64_t seeds_failed = 0;
  std::uint64_t violations = 0;
  std::vector<SweepFailure> failures{};  // by seed
  std::vector<std::uint64_t> exercised{};
  std::uint64_t verdicts = 0;  // of scenarios themselves, that were judged
  SometimesCounts sometimes{};
  std::uint8_t gave = 0;             // sometimes_needs of all runs together
  std::uint8_t gave_invariants = 0;  // likewise, invariant_needs
  std::uint8_t could_give = 0;       // and of those that other seeds would have drawn
  Duration simulated{0};             // of all runs together
  std::string error{};               // of the first seed that could not be run: "seed 5: no memory"
  bool was_stopped = false;

  /// Situations that the scenario could have brought about, and that no run did.
  std::vector<std::string_view> never_reached() const;
  /// Invariants that had nothing to judge in any run.
  std::vector<std::string_view> never_exercised() const;
  /// Of them those that the scenario could have exercised.
  std::vector<std::string_view> wrongly_idle() const;
  bool must_have_met_all() const { return seeds_run >= sometimes_after; }
  bool passed() const {
    const bool has_met_all = never_reached().empty() && wrongly_idle().empty();
    return error.empty() && !was_stopped && seeds_failed == 0 && (has_met_all || !must_have_met_all());
  }
};

SweepResult sweep(const SweepOptions& options, const std::function<SweepCase(std::uint64_t seed)>& first_case, const CaseRunner& run);

}  // namespace fleetsim::sim
