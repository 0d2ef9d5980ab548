// One run of a sweep, and what came of it. A case says all that a run depends on beside the scenario itself, so that shrinking is a search
// over cases; who runs it is injected.
//
//   CaseOutcome outcome = run_case(first_case(scenario, 17));
//   if (outcome.fails("backoff_respected")) ...
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/time.hpp"
#include "sim/invariants/sometimes.hpp"

namespace fleetsim::sim {

/// A part of a group's devices, by their index.
struct DevicePart {
  std::uint64_t first = 0;
  std::uint32_t count = 0;
  bool may_shrink = true;  // not of a list that a file gives
  bool may_go = false;     // the whole group: nothing but faults names it; with a count of 0 it is gone
  friend bool operator==(const DevicePart&, const DevicePart&) = default;
};

/// A fault of the case, and the window in which it acts.
struct CaseFault {
  std::uint16_t position = 0;  // in all_faults(): the scenario's own, then those that the seed draws
  Duration from{0};
  Duration until = Duration::max();
  bool has_window = true;  // it ends: not a platform that crashes, nor one of that kind
  friend bool operator==(const CaseFault&, const CaseFault&) = default;
};

struct SweepCase {
  std::uint64_t seed = 1;
  std::vector<CaseFault> faults{};     // in the order of their positions
  std::vector<std::uint16_t> steps{};  // of those that may be left out (inject, heal, misbehave), by position in the scenario
  std::vector<DevicePart> devices{};   // of each group
  Duration end{0};                     // when the run is over at the latest
  friend bool operator==(const SweepCase&, const SweepCase&) = default;

  std::uint64_t device_count() const {
    std::uint64_t all = 0;
    for (const DevicePart& part : devices) all += part.count;
    return all;
  }
};

/// What a scenario's own verdict is called among the invariants.
inline constexpr std::string_view scenario_holds = "scenario_holds";

struct CaseViolation {
  std::string invariant{};
  std::string device{};  // "pk/dn"; empty of scenario_holds
  std::string part{};    // of scenario_holds, which else could be any: "steps[2] wait_until moved", "stranded"
  Instant at{};
  std::string words{};
};

struct CaseOutcome {
  std::vector<CaseViolation> violations{};  // the first ones, in order of time
  std::uint64_t violations_total = 0;
  std::vector<std::uint64_t> exercised{};  // by position in invariant_kinds()
  bool verdict_counts = false;             // the scenario's own was among what was judged
  SometimesCounts sometimes{};
  std::uint8_t gave = 0;             // sometimes_needs of what went on in the run
  std::uint8_t gave_invariants = 0;  // invariant_needs, likewise
  Duration simulated{0};             // how long the run was
  std::string trace_hash{};
  std::string error{};           // why there was no run; empty: there was one
  bool was_interrupted = false;  // it says nothing of the case then

  const CaseViolation* find(std::string_view invariant, std::string_view part = {}) const {
    const auto found = std::find_if(violations.begin(), violations.end(), [invariant, part](const CaseViolation& violation) {
      return violation.invariant == invariant && violation.part == part;
    });
    return found == violations.end() ? nullptr : &*found;
  }
  bool fails(std::string_view invariant, std::string_view part = {}) const { return find(invariant, part) != nullptr; }
};

/// Must be safe to call from several threads at once, and give the same outcome for the same case.
using CaseRunner = std::function<CaseOutcome(const SweepCase&)>;

}  // namespace fleetsim::sim
