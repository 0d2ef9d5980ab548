// What the invariants of a run have found: violations, how often each invariant was exercised, which situations came up. Those of several
// threads are merged into one.
//
//   Findings all;
//   for (const InvariantWatch& watch : watches) all.merge(watch.findings());
#pragma once

#include <cstdint>
#include <vector>

#include "sim/invariants/sometimes.hpp"
#include "sim/invariants/violation_log.hpp"

namespace fleetsim::sim {

struct Findings {
  ViolationLog violations;
  std::vector<std::uint64_t> exercised;  // by position in invariant_kinds()
  SometimesCounts sometimes{};

  void merge(const Findings& other);
};

}  // namespace fleetsim::sim
