// Thresholds in k6's grammar: `metric{tag:value}` and `aggregation op number`, evaluated over merged metrics.
//
//   auto t = Threshold::parse("move_seconds{group:meters}", "p(95)<2");
//   ThresholdResult r = t->evaluate(metrics, names, elapsed_seconds);
//
// Trends: avg min max med p(N) count. Counters: count, rate (a second, over the whole run), value (same as count).
// `<counter>_per_second` has value and rate, which are one: a second, from the first of the events to the last.
// Ops: > >= < <= == === !=. A trend without samples has no value and does not pass, unless count is asked for. A counter that nothing
// touched is 0: `connect_failures: count==0` passes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/base/result.hpp"
#include "sim/metrics/metrics.hpp"

namespace fleetsim::sim {

struct ThresholdResult {
  std::string expression;       // "move_seconds{group:meters}: p(95)<2"
  std::optional<double> value;  // nothing: no samples
  bool ok = false;
};

class Threshold {
 public:
  /// The error says what was expected, and where in the text.
  static Result<Threshold, std::string> parse(std::string_view metric, std::string_view expression);
  ThresholdResult evaluate(const Metrics& metrics, const TagNames& names, double elapsed_seconds) const;
  /// The same, but `<counter>_per_second` without tags is taken from `rates` (RunResult::rates: what somebody knows better) when it is
  /// there.
  ThresholdResult evaluate(const Metrics& metrics, const TagNames& names, double elapsed_seconds,
                           const std::map<std::string, double>& rates) const;

  /// (tag, value) pairs that must match; for checks against the names of a run.
  const std::vector<std::pair<std::string, std::string>>& filter() const { return filter_; }
  /// As evaluated and shown: "move_seconds{group:meters}: p(95)<2".
  const std::string& text() const { return text_; }

 private:
  enum class Aggregation : std::uint8_t { avg, min, max, med, percentile, count, rate, value };
  enum class Op : std::uint8_t { greater, greater_equal, less, less_equal, equal, not_equal };
  class Parser;

  bool matches(const Tags& tags, const TagNames& names) const;
  bool compare(double value) const;
  std::optional<double> value_of_trend(const Histogram& latency) const;
  double value_of_counter(const Series& sum, double elapsed_seconds) const;

  std::string text_;
  Metric metric_{};
  bool per_second_ = false;
  std::vector<std::pair<std::string, std::string>> filter_;
  Aggregation aggregation_{};
  double percent_ = 0;
  Op op_{};
  double limit_ = 0;
};

}  // namespace fleetsim::sim
