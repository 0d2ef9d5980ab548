#include "sim/metrics/metrics.hpp"

#include <algorithm>

#include "devicecore/base/time.hpp"

namespace fleetsim::sim {

std::string_view metric_name(Metric metric) {
  switch (metric) {
    case Metric::move_seconds:
      return "move_seconds";
    case Metric::bootstrap_seconds:
      return "bootstrap_seconds";
    case Metric::connect_seconds:
      return "connect_seconds";
    case Metric::publish_ack_seconds:
      return "publish_ack_seconds";
    case Metric::property_reply_seconds:
      return "property_reply_seconds";
    case Metric::notify_seconds:
      return "notify_seconds";
    case Metric::connects:
      return "connects";
    case Metric::connect_failures:
      return "connect_failures";
    case Metric::connects_refused:
      return "connects_refused";
    case Metric::bootstraps:
      return "bootstraps";
    case Metric::bootstrap_failures:
      return "bootstrap_failures";
    case Metric::moves:
      return "moves";
    case Metric::notifies:
      return "notifies";
    case Metric::publishes:
      return "publishes";
    case Metric::publish_acks:
      return "publish_acks";
    case Metric::messages_received:
      return "messages_received";
    case Metric::disconnects:
      return "disconnects";
    case Metric::retries:
      return "retries";
    case Metric::late_arrivals:
      return "late_arrivals";
    case Metric::late_publishes:
      return "late_publishes";
    case Metric::dropped_arrivals:
      return "dropped_arrivals";
    case Metric::dropped_publishes:
      return "dropped_publishes";
    case Metric::upgrades:
      return "upgrades";
    case Metric::upgrade_failures:
      return "upgrade_failures";
    case Metric::registrations:
      return "registrations";
    case Metric::misbehaviours:
      return "misbehaviours";
  }
  return "";
}

bool metric_is_trend(Metric metric) { return metric <= Metric::notify_seconds; }

std::optional<Metric> find_metric(std::string_view name) {
  for (std::size_t i = 0; i < metric_count; ++i)
    if (metric_name(static_cast<Metric>(i)) == name) return static_cast<Metric>(i);
  return std::nullopt;
}

std::string_view leg_name(LegTag leg) {
  switch (leg) {
    case LegTag::none:
      return "";
    case LegTag::bootstrap:
      return "bootstrap";
    case LegTag::mqtt:
      return "mqtt";
  }
  return "";
}

void Series::absorb(const Series& other) {
  count += other.count;
  first_us = std::min(first_us, other.first_us);
  last_us = std::max(last_us, other.last_us);
  latency.merge(other.latency);
  latency_uncorrected.merge(other.latency_uncorrected);
}

double rate_per_second(const Series& series, double elapsed_seconds) {
  if (series.count >= 2 && series.last_us > series.first_us)
    return static_cast<double>(series.count - 1) * microseconds_per_second / static_cast<double>(series.last_us - series.first_us);
  return elapsed_seconds > 0 ? static_cast<double>(series.count) / elapsed_seconds : 0;
}

double rate_per_second(const Series& total, double elapsed_seconds, const std::map<std::string, double>& measured) {
  const auto known = measured.find(std::string{metric_name(total.metric)} + "_per_second");
  return known != measured.end() ? known->second : rate_per_second(total, elapsed_seconds);
}

SeriesId Metrics::series(Metric metric, const Tags& tags) {
  for (std::size_t i = 0; i < all_.size(); ++i)
    if (all_[i].metric == metric && all_[i].tags == tags) return {static_cast<std::uint32_t>(i)};
  all_.push_back({.metric = metric, .tags = tags, .count = 0, .latency = {}, .latency_uncorrected = {}});
  if (metric_is_trend(metric)) {
    all_.back().latency.make_room();
    all_.back().latency_uncorrected.make_room();
  }
  return {static_cast<std::uint32_t>(all_.size() - 1)};
}

void Metrics::merge(const Metrics& other) {
  for (const Series& theirs : other.all_) {
    all_[series(theirs.metric, theirs.tags).value].absorb(theirs);
  }
}

Series Metrics::total(Metric metric) const {
  return sum_of(metric, [](const Tags&) { return true; });
}

Series Metrics::total_of_profile(Metric metric, std::uint16_t profile) const {
  return sum_of(metric, [profile](const Tags& tags) { return tags.profile == profile; });
}

template <class Wanted>
Series Metrics::sum_of(Metric metric, Wanted wanted) const {
  Series sum{.metric = metric, .tags = {}, .count = 0, .latency = {}, .latency_uncorrected = {}};
  for (const Series& one : all_) {
    if (one.metric == metric && wanted(one.tags)) sum.absorb(one);
  }
  return sum;
}

}  // namespace fleetsim::sim
