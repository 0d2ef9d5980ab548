// What a sweep found, for people and for machines. Every violation comes with the line that replays it.
//
//   print(sweep_text(result, {.scenario = "scenarios/chaos.yaml", .seconds = 41.3}));
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/variables.hpp"
#include "sim/sweep/shrink.hpp"
#include "sim/sweep/sweep.hpp"

namespace fleetsim::sim {

/// A failure that was made small, and where its scenario was written.
struct ShrunkFailure {
  std::uint64_t seed = 0;
  ShrinkResult result{};
  SweepCase before{};  // what the seed's own run was
  std::string invariant{};
  std::string part{};      // CaseViolation::part
  std::string file{};      // empty: it could not be written
  std::string settings{};  // " --set a=b" of what could not be written into it
};

struct SweepFacts {
  std::string scenario{};  // its file, as it was given
  std::string settings{};  // settings_text() of what was given
  double seconds = 0;      // by the clock of this host
  std::uint32_t threads = 1;
  std::vector<ShrunkFailure> shrunk{};
};

/// " --set a=b" of each as a shell takes it; the values of secrets are stars.
std::string settings_text(const Settings& settings, const std::set<std::string>& secrets);

/// `settings` are settings_text()'s.
/// "fleetsim replay scenarios/chaos.yaml --seed 17 --device a1TestPK001/meter-3"; of no device in particular, the line that runs it.
std::string replay_line(std::string_view scenario, std::string_view settings, std::uint64_t seed, std::string_view device);

/// What is said at once when a seed fails.
std::string failure_text(const SweepFailure& failure, const SweepFacts& facts);
std::string shrunk_text(const ShrunkFailure& shrunk);
/// At the end.
std::string sweep_text(const SweepResult& result, const SweepFacts& facts);
/// scenarios/sweep.schema.json.
std::string sweep_json(const SweepResult& result, const SweepFacts& facts);

}  // namespace fleetsim::sim
