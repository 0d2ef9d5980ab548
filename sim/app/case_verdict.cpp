#include "sim/app/case_verdict.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace fleetsim::sim {
namespace {

constexpr std::string_view out_of_time = "duration_max";

Instant at_second(double seconds) { return Instant{Duration{static_cast<std::int64_t>(seconds * microseconds_per_second)}}; }

class VerdictParts {
 public:
  explicit VerdictParts(const RunResult& result) : result_(result) {}

  std::vector<CaseViolation> take() {
    for (const std::string& text : result_.steps_failed) add_text(text);
    for (const std::string& text : result_.violations) add_text(text);
    // What a run that had no time left did not reach says nothing about where it would have been.
    if (!was_out_of_time_) add_the_end();
    if (found_.empty() && result_.verdict == Verdict::fail) add("verdict", "the run calls itself failed", end());
    return std::move(found_);
  }

 private:
  Instant end() const { return at_second(result_.elapsed_seconds); }

  void add(std::string part, std::string words, Instant at) {
    found_.push_back(
        {.invariant = std::string{scenario_holds}, .device = {}, .part = std::move(part), .at = at, .words = std::move(words)});
  }

  /// "steps[2] wait_until moved: 998 of 1000 after 60 s", or of no step: "faults: …".
  void add_text(const std::string& text) {
    if (text.find("the run's duration_max of ") != std::string::npos) {
      was_out_of_time_ = true;
      return add(std::string{out_of_time}, text, end());
    }
    const auto step = std::find_if(result_.steps.begin(), result_.steps.end(), [&](const StepResult& one) {
      return !one.label.empty() && text.starts_with(one.label) && text.substr(one.label.size()).starts_with(": ");
    });
    if (step != result_.steps.end()) return add(step->label, text.substr(step->label.size() + 2), at_second(step->ended_seconds));
    const std::size_t colon = text.find(": ");
    if (colon == std::string::npos) return add("check", text, end());
    add(text.substr(0, colon), text.substr(colon + 2), end());
  }

  void add_the_end() {
    if (result_.verdict == Verdict::invalid)
      add("generator", result_.generator.why_invalid.empty() ? "the result is invalid" : result_.generator.why_invalid.front(), end());
    for (const ThresholdResult& threshold : result_.thresholds)
      if (!threshold.ok) add(threshold.expression, "the threshold was crossed", end());
    if (result_.ended_by_threshold || result_.devices_stranded <= result_.devices_stranded_expected) return;
    add("stranded",
        fmt::format(
            "{} of {} devices are stranded{}", result_.devices_stranded, result_.devices_total,
            result_.stranded.empty() ? "" : fmt::format(", {}: {}", result_.stranded.front().device, result_.stranded.front().reason)),
        end());
  }

  const RunResult& result_;
  std::vector<CaseViolation> found_;
  bool was_out_of_time_ = false;
};

}  // namespace

std::vector<CaseViolation> verdict_findings(const RunResult& result) {
  if (result.verdict == Verdict::pass || result.verdict == Verdict::interrupted) return {};
  return VerdictParts(result).take();
}

}  // namespace fleetsim::sim
