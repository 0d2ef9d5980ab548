#include "platform-mock/server/metrics/families.hpp"

#include <limits>

namespace fleetsim::platform {

Family& Family::add(MetricLabels labels, double value) {
  prometheus::ClientMetric& added = metric(labels);
  if (family_.type == prometheus::MetricType::Counter) {
    added.counter.value = value;
  } else {
    added.gauge.value = value;
  }
  return *this;
}

Family& Family::add(MetricLabels labels, const ApiMeter::Action& action) {
  prometheus::ClientMetric::Histogram& histogram = metric(labels).histogram;
  histogram.sample_count = action.count;
  histogram.sample_sum = action.seconds;
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < action.buckets.size(); ++i) {
    so_far += action.buckets[i];
    const double bound = i < api_seconds_bounds.size() ? api_seconds_bounds[i] : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({so_far, bound});
  }
  return *this;
}

prometheus::ClientMetric& Family::metric(MetricLabels labels) {
  prometheus::ClientMetric& added = family_.metric.emplace_back();
  for (const auto& [name, value] : labels)
    if (!value.empty()) added.label.push_back({std::string{name}, std::string{value}});
  return added;
}

Family Families::counter(std::string_view name, std::string_view help) { return begin(name, help, prometheus::MetricType::Counter); }
Family Families::gauge(std::string_view name, std::string_view help) { return begin(name, help, prometheus::MetricType::Gauge); }
Family Families::histogram(std::string_view name, std::string_view help) { return begin(name, help, prometheus::MetricType::Histogram); }

Family Families::begin(std::string_view name, std::string_view help, prometheus::MetricType type) {
  all_.push_back({std::string{name}, std::string{help}, type, {}});
  return Family{all_.back()};
}

}  // namespace fleetsim::platform
