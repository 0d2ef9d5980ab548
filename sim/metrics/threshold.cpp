#include "sim/metrics/threshold.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

#include "devicecore/base/time.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::string_view per_second_suffix = "_per_second";
constexpr std::array<std::string_view, 4> tag_names{"group", "region", "leg", "profile"};
constexpr std::size_t tags_max = 8;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

}  // namespace

/// Reads the two texts of a threshold; the first mistake ends it.
class Threshold::Parser {
 public:
  explicit Parser(Threshold& out) : out_(out) {}
  std::string error;

  bool metric(std::string_view text) {
    text = trimmed(text);
    const std::size_t brace = text.find('{');
    std::string_view name = trimmed(text.substr(0, brace));
    if (const std::optional<Metric> found = find_metric(name)) {
      out_.metric_ = *found;
    } else {
      const bool per_second = name.size() > per_second_suffix.size() && name.ends_with(per_second_suffix);
      const std::optional<Metric> counter = per_second ? find_metric(name.substr(0, name.size() - per_second_suffix.size())) : std::nullopt;
      if (!counter || metric_is_trend(*counter)) return wrong(fmt::format("no metric \"{}\" (see `fleetsim list metrics`)", name));
      out_.metric_ = *counter;
      out_.per_second_ = true;
    }
    if (brace == std::string_view::npos) return true;
    if (text.back() != '}') return wrong(fmt::format("expected \"}}\" at the end of \"{}\"", text));
    return tags(text.substr(brace + 1, text.size() - brace - 2));
  }

  bool expression(std::string_view text) {
    all_ = text;
    rest_ = text;
    return aggregation() && comparison() && limit() && fits();
  }

 private:
  bool wrong(std::string message) {
    error = std::move(message);
    return false;
  }
  bool wrong_here(std::string_view expected) {
    return wrong(fmt::format("expected {} at column {} of \"{}\"", expected, all_.size() - rest_.size() + 1, all_));
  }
  void skip_spaces() {
    while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_.front())) != 0) rest_.remove_prefix(1);
  }
  bool take(std::string_view word) {
    skip_spaces();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  bool tags(std::string_view list) {
    if (trimmed(list).empty()) return wrong("expected tag:value between { and }");
    while (!list.empty()) {
      const std::size_t comma = list.find(',');
      const std::string_view one = trimmed(list.substr(0, comma));
      const std::size_t colon = one.find(':');
      if (colon == std::string_view::npos) return wrong(fmt::format("expected tag:value, found \"{}\"", one));
      const std::string_view tag = trimmed(one.substr(0, colon));
      std::string_view value = trimmed(one.substr(colon + 1));
      const bool quoted = value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
      if (quoted) value = value.substr(1, value.size() - 2);
      if (std::find(tag_names.begin(), tag_names.end(), tag) == tag_names.end())
        return wrong(fmt::format("no tag \"{}\"; there are group, region, leg and profile", tag));
      if (value.empty()) return wrong(fmt::format("the tag {} has no value", tag));
      if (out_.filter_.size() == tags_max) return wrong(fmt::format("more than {} tags", tags_max));
      out_.filter_.emplace_back(tag, value);
      list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    }
    return true;
  }

  bool number(double& out) {
    skip_spaces();
    const auto [end, failed] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), out);
    if (failed != std::errc{} || !std::isfinite(out)) return false;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return true;
  }

  bool aggregation() {
    static constexpr std::pair<std::string_view, Aggregation> words[] = {
        {"avg", Aggregation::avg},     {"min", Aggregation::min},   {"max", Aggregation::max},    {"med", Aggregation::med},
        {"count", Aggregation::count}, {"rate", Aggregation::rate}, {"value", Aggregation::value}};
    for (const auto& [word, value] : words) {
      if (!take(word)) continue;
      out_.aggregation_ = value;
      return true;
    }
    if (!take("p")) return wrong_here("avg, min, max, med, p(N), count, rate or value");
    out_.aggregation_ = Aggregation::percentile;
    if (!take("(")) return wrong_here("\"(\" after p");
    if (!number(out_.percent_) || out_.percent_ < 0 || out_.percent_ > 100) return wrong_here("a percentile from 0 to 100");
    if (!take(")")) return wrong_here("\")\"");
    return true;
  }

  bool comparison() {
    // Longer ones first: ">=" begins with ">".
    static constexpr std::pair<std::string_view, Op> ops[] = {
        {"===", Op::equal},     {"==", Op::equal},  {"!=", Op::not_equal}, {">=", Op::greater_equal},
        {"<=", Op::less_equal}, {">", Op::greater}, {"<", Op::less}};
    for (const auto& [word, value] : ops) {
      if (!take(word)) continue;
      out_.op_ = value;
      return true;
    }
    return wrong_here("one of > >= < <= == === !=");
  }

  bool limit() {
    if (!number(out_.limit_)) return wrong_here("a number");
    skip_spaces();
    if (!rest_.empty()) return wrong_here("the end");
    return true;
  }

  bool fits() {
    const bool counts = out_.aggregation_ == Aggregation::count;
    const bool rates = out_.aggregation_ == Aggregation::rate || out_.aggregation_ == Aggregation::value;
    const std::string_view name = metric_name(out_.metric_);
    if (out_.per_second_) return rates ? true : wrong(fmt::format("{}_per_second has value and rate only", name));
    if (metric_is_trend(out_.metric_))
      return rates ? wrong(fmt::format("{} is a trend: it has avg, min, max, med, p(N) and count", name)) : true;
    return rates || counts ? true : wrong(fmt::format("{} is a counter: it has count, rate and value", name));
  }

  Threshold& out_;
  std::string_view all_;
  std::string_view rest_;
};

Result<Threshold, std::string> Threshold::parse(std::string_view metric, std::string_view expression) {
  Threshold out;
  Parser parser{out};
  if (!parser.metric(metric) || !parser.expression(expression)) return fail(parser.error);
  out.text_ = fmt::format("{}: {}", trimmed(metric), trimmed(expression));
  return out;
}

bool Threshold::matches(const Tags& tags, const TagNames& names) const {
  for (const auto& [tag, value] : filter_) {
    if (tag == "group" && name_at(names.groups, tags.group) != value) return false;
    if (tag == "region" && name_at(names.regions, tags.region) != value) return false;
    if (tag == "profile" && name_at(names.profiles, tags.profile) != value) return false;
    if (tag == "leg" && leg_name(tags.leg) != value) return false;
  }
  return true;
}

bool Threshold::compare(double value) const {
  switch (op_) {
    case Op::greater:
      return value > limit_;
    case Op::greater_equal:
      return value >= limit_;
    case Op::less:
      return value < limit_;
    case Op::less_equal:
      return value <= limit_;
    case Op::equal:
      return value == limit_;
    case Op::not_equal:
      return value != limit_;
  }
  return false;
}

std::optional<double> Threshold::value_of_trend(const Histogram& latency) const {
  if (aggregation_ == Aggregation::count) return static_cast<double>(latency.count());
  if (latency.count() == 0) return std::nullopt;
  const auto seconds = [](std::uint64_t microseconds) { return static_cast<double>(microseconds) / microseconds_per_second; };
  switch (aggregation_) {
    case Aggregation::avg:
      return latency.mean() / microseconds_per_second;
    case Aggregation::min:
      return seconds(latency.min());
    case Aggregation::max:
      return seconds(latency.max());
    case Aggregation::med:
      return seconds(latency.percentile(50));
    case Aggregation::percentile:
      return seconds(latency.percentile(percent_));
    case Aggregation::count:
    case Aggregation::rate:
    case Aggregation::value:
      break;  // parse() refuses them for a trend; count is above
  }
  return std::nullopt;
}

double Threshold::value_of_counter(const Series& sum, double elapsed_seconds) const {
  if (per_second_) return rate_per_second(sum, elapsed_seconds);
  const auto count = static_cast<double>(sum.count);
  if (aggregation_ != Aggregation::rate) return count;
  return elapsed_seconds > 0 ? count / elapsed_seconds : 0;
}

ThresholdResult Threshold::evaluate(const Metrics& metrics, const TagNames& names, double elapsed_seconds) const {
  return evaluate(metrics, names, elapsed_seconds, {});
}

ThresholdResult Threshold::evaluate(const Metrics& metrics, const TagNames& names, double elapsed_seconds,
                                    const std::map<std::string, double>& rates) const {
  ThresholdResult result;
  result.expression = text_;
  Series sum{.metric = metric_, .tags = {}, .latency = {}, .latency_uncorrected = {}};
  for (const Series& series : metrics.all()) {
    if (series.metric != metric_ || !matches(series.tags, names)) continue;
    sum.absorb(series);
  }
  if (metric_is_trend(metric_)) {
    result.value = value_of_trend(sum.latency);
  } else {
    result.value = per_second_ && filter_.empty() ? rate_per_second(sum, elapsed_seconds, rates) : value_of_counter(sum, elapsed_seconds);
  }
  result.ok = result.value.has_value() && compare(*result.value);
  return result;
}

}  // namespace fleetsim::sim
