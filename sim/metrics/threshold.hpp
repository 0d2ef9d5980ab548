// Thresholds in k6's grammar: `metric{tag:value}` and `aggregation op number`, evaluated over merged metrics.
//
//   auto t = Threshold::parse("move_seconds{group:meters}", "p(95)<2");
//   ThresholdResult r = t->evaluate(metrics, names, elapsed_seconds);
//
// Trends: avg min max med p(N) count. Counters: count, rate (a second), value (same as count). `<counter>_per_second` has value and rate.
// Ops: > >= < <= == === !=. A metric without samples is reported as "no samples" and does not pass, unless it asks for count.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/result.hpp"
#include "sim/metrics/metrics.hpp"

namespace fleetsim::sim {

struct ThresholdResult {
  std::string expression;  // "move_seconds{group:meters}: p(95)<2"
  std::optional<double> value;  // nothing: no samples
  bool ok = false;
};

class Threshold {
 public:
  /// The error says what was expected, and where in the text.
  static Result<Threshold, std::string> parse(std::string_view metric, std::string_view expression);
  ThresholdResult evaluate(const Metrics& metrics, const TagNames& names, double elapsed_seconds) const;

 private:
  enum class Aggregation : std::uint8_t { avg, min, max, med, percentile, count, rate, value };
  enum class Op : std::uint8_t { greater, greater_equal, less, less_equal, equal, not_equal };
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
