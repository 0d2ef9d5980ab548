// Builds metric families for the page: each metric_*.cpp adds those of one part. Only this folder sees prometheus-cpp.
//
//   Families families;
//   families.counter("fleetsim_commits_total", "Moves that ended at the instance.").add({{"iot_instance", id}}, commits);
#pragma once

#include <cstdint>
#include <initializer_list>
#include <prometheus/metric_family.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform-mock/core/http/management_service.hpp"
#include "platform-mock/core/platform.hpp"
#include "platform-mock/server/metrics/api_meter.hpp"
#include "platform-mock/server/server_figures.hpp"

namespace fleetsim::platform {

using MetricLabels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// One family while it is filled. A label without a value is left out.
class Family {
 public:
  explicit Family(prometheus::MetricFamily& family) : family_(family) {}

  Family& add(MetricLabels labels, double value);
  Family& add(MetricLabels labels, std::uint64_t value) { return add(labels, static_cast<double>(value)); }
  Family& add(MetricLabels labels, const ApiMeter::Action& action);

 private:
  prometheus::ClientMetric& metric(MetricLabels labels);

  prometheus::MetricFamily& family_;
};

class Families {
 public:
  // Valid until the next one is begun.
  Family counter(std::string_view name, std::string_view help);
  Family gauge(std::string_view name, std::string_view help);
  Family histogram(std::string_view name, std::string_view help);

  const std::vector<prometheus::MetricFamily>& all() const { return all_; }

 private:
  Family begin(std::string_view name, std::string_view help, prometheus::MetricType type);

  std::vector<prometheus::MetricFamily> all_;
};

void add_listener_metrics(Families& families, const ServerFigures& figures);
void add_device_metrics(Families& families, Platform& platform);
void add_job_metrics(Families& families, Platform& platform);
void add_limit_metrics(Families& families, Platform& platform);
void add_api_metrics(Families& families, Platform& platform, const ApiMeter& meter);
void add_process_metrics(Families& families);

}  // namespace fleetsim::platform
