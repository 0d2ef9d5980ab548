// `fleetsim sweep` with a simulator that breaks: seed 3 fails an invariant, seed 5 does what the environment's PLANTED says. For the test
// of what is said then.
#include <cstdlib>
#include <string>

#include "devicecore/base/ensure.hpp"
#include "sim/app/command_line.hpp"
#include "sim/app/sweep_with.hpp"

namespace fleetsim::sim {
namespace {

/// Without end, as far as a compiler can see.
int overflow(int depth) {  // NOLINT(misc-no-recursion)
  volatile char room[4096];
  room[0] = static_cast<char>(depth);
  return depth < 0 ? room[0] : overflow(depth + 1) + room[0];
}

CaseOutcome run_planted(const SweepCase& one) {
  const char* const planted = std::getenv("PLANTED");
  const std::string what = planted == nullptr ? "" : planted;
  if (one.seed == 5 && what == "ensure") ensure(one.seed != 5);
  if (one.seed == 5 && what == "abort") std::abort();
  if (one.seed == 5 && what == "overflow") overflow(0);
  CaseOutcome outcome;
  if (one.seed == 3) {
    outcome.violations_total = 1;
    outcome.violations.push_back(
        {.invariant = "backoff_respected", .device = "a1TestPK001/meter-3", .part = {}, .at = Instant{}, .words = "too soon"});
  }
  return outcome;
}

int crash(int argc, const char* const* argv) {
  const CommandLine line = parse_command_line(argc, argv);
  if (line.finished) return *line.finished;
  return sweep_with(std::get<SweepVerb>(line.verb), [](const Scenario&, const std::atomic<bool>*) { return run_planted; });
}

}  // namespace
}  // namespace fleetsim::sim

int main(int argc, char** argv) { return fleetsim::sim::crash(argc, argv); }
