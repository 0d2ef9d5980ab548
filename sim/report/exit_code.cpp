#include "sim/report/exit_code.hpp"

#include <algorithm>
#include <array>

namespace fleetsim::sim {
namespace {

// From the one that hides all others to the one that nothing hides behind. A bad command line never meets another code: nothing has run.
constexpr std::array<ExitCode, 7> order{ExitCode::internal, ExitCode::usage,        ExitCode::environment, ExitCode::interrupted,
                                        ExitCode::invalid,  ExitCode::check_failed, ExitCode::threshold};

}  // namespace

ExitCode worst_of(std::initializer_list<ExitCode> codes) {
  for (const ExitCode candidate : order)
    if (std::find(codes.begin(), codes.end(), candidate) != codes.end()) return candidate;
  return ExitCode::pass;
}

ExitCode exit_code_of(const RunResult& result) {
  const bool crossed = std::any_of(result.thresholds.begin(), result.thresholds.end(), [](const ThresholdResult& t) { return !t.ok; });
  const bool invalid = !result.generator.valid || result.verdict == Verdict::invalid;
  const bool interrupted = result.verdict == Verdict::interrupted;
  const bool stranded = result.devices_stranded > result.devices_stranded_expected && !result.ended_by_threshold;
  const bool found = stranded || !result.violations.empty() || !result.steps_failed.empty();
  // A run that calls itself failed for a reason of its own failed a check.
  const bool unexplained = result.verdict == Verdict::fail && !crossed && !found;
  return worst_of({result.output_lost ? ExitCode::environment : ExitCode::pass, interrupted ? ExitCode::interrupted : ExitCode::pass,
                   invalid ? ExitCode::invalid : ExitCode::pass, found || unexplained ? ExitCode::check_failed : ExitCode::pass,
                   crossed ? ExitCode::threshold : ExitCode::pass});
}

std::string_view describe(ExitCode code) {
  switch (code) {
    case ExitCode::pass:
      return "every check held";
    case ExitCode::check_failed:
      return "a check failed";
    case ExitCode::usage:
      return "bad command line or input file";
    case ExitCode::environment:
      return "the environment lacks something";
    case ExitCode::internal:
      return "internal error";
    case ExitCode::invalid:
      return "the generator was the bottleneck, not the platform";
    case ExitCode::threshold:
      return "a threshold was crossed";
    case ExitCode::interrupted:
      return "stopped early, the report is partial";
  }
  return "";
}

}  // namespace fleetsim::sim
