#include "sim/report/json_report.hpp"

#include "devicecore/base/time.hpp"
#include "sim/report/exit_code.hpp"
#include "sim/report/json_weather.hpp"
#include "sim/report/json_writer.hpp"

namespace fleetsim::sim {
namespace {

double seconds(std::uint64_t microseconds) { return static_cast<double>(microseconds) / microseconds_per_second; }

void write_percentiles(JsonWriter& json, const Histogram& histogram) {
  json.field("count", histogram.count());
  json.field("min", seconds(histogram.min()));
  json.field("avg", histogram.mean() / microseconds_per_second);
  json.field("p50", seconds(histogram.percentile(50)));
  json.field("p95", seconds(histogram.percentile(95)));
  json.field("p99", seconds(histogram.percentile(99)));
  json.field("max", seconds(histogram.max()));
}

/// [[lowest microseconds, how many], ...]
void write_buckets(JsonWriter& json, std::string_view name, const Histogram& histogram) {
  json.key(name);
  json.begin_array();
  for (const auto& [lowest, count] : histogram.buckets()) {
    json.begin_array();
    json.value(lowest);
    json.value(count);
    json.end_array();
  }
  json.end_array();
}

void write_tag(JsonWriter& json, std::string_view name, std::string_view value) {
  if (!value.empty()) json.field(name, value);
}

void write_tags(JsonWriter& json, const Tags& tags, const TagNames& names) {
  json.key("tags");
  json.begin_object();
  write_tag(json, "group", name_at(names.groups, tags.group));
  write_tag(json, "region", name_at(names.regions, tags.region));
  write_tag(json, "leg", leg_name(tags.leg));
  write_tag(json, "profile", name_at(names.profiles, tags.profile));
  json.end_object();
}

void write_series(JsonWriter& json, const RunResult& result, Metric metric) {
  json.key("series");
  json.begin_array();
  for (const Series& series : result.metrics.all()) {
    if (series.metric != metric) continue;
    json.begin_object();
    write_tags(json, series.tags, result.tag_names);
    if (metric_is_trend(metric)) {
      write_percentiles(json, series.latency);
      write_buckets(json, "buckets", series.latency);
      write_buckets(json, "buckets_uncorrected", series.latency_uncorrected);
    } else {
      json.field("count", series.count);
    }
    json.end_object();
  }
  json.end_array();
}

void write_metric(JsonWriter& json, const RunResult& result, Metric metric) {
  const Series total = result.metrics.total(metric);
  json.key(metric_name(metric));
  json.begin_object();
  if (metric_is_trend(metric)) {
    write_percentiles(json, total.latency);
    json.key("uncorrected");
    json.begin_object();
    write_percentiles(json, total.latency_uncorrected);
    json.end_object();
  } else {
    json.field("count", total.count);
  }
  write_series(json, result, metric);
  json.end_object();
}

void write_rate(JsonWriter& json, const RunResult& result, Metric counter) {
  json.key(std::string{metric_name(counter)} + "_per_second");
  json.begin_object();
  json.field("value", rate_per_second(result.metrics.total(counter), result.elapsed_seconds, result.rates));
  json.end_object();
}

void write_metrics(JsonWriter& json, const RunResult& result) {
  json.key("metrics");
  json.begin_object();
  for (std::size_t i = 0; i < metric_count; ++i) {
    const auto metric = static_cast<Metric>(i);
    write_metric(json, result, metric);
    if (!metric_is_trend(metric)) write_rate(json, result, metric);
  }
  json.end_object();
}

void write_counts(JsonWriter& json, std::string_view name, const std::map<std::string, std::uint64_t>& counts) {
  json.key(name);
  json.begin_object();
  for (const auto& [what, count] : counts) json.field(what, count);
  json.end_object();
}

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name);
  json.begin_array();
  for (const std::string& text : texts) json.value(text);
  json.end_array();
}

void write_distribution(JsonWriter& json, const RunResult& result) {
  json.key("distribution");
  json.begin_array();
  for (const DistributionResult& job : result.distribution) {
    json.begin_object();
    json.field("job", job.job);
    json.field("policy", job.policy);
    json.field("source", job.source);
    json.field("devices", job.devices);
    json.field("failed", job.failed);
    write_texts(json, "jobs", job.jobs);
    write_counts(json, "targets", job.targets);
    write_counts(json, "reasons", job.reasons);
    json.end_object();
  }
  json.end_array();
}

/// Of one profile: what was measured at all, over all groups and regions.
void write_profile_metrics(JsonWriter& json, const RunResult& result, std::uint16_t profile) {
  json.key("metrics");
  json.begin_object();
  for (std::size_t i = 0; i < metric_count; ++i) {
    const auto metric = static_cast<Metric>(i);
    const Series total = result.metrics.total_of_profile(metric, profile);
    const std::uint64_t count = metric_is_trend(metric) ? total.latency.count() : total.count;
    if (count == 0) continue;
    json.key(metric_name(metric));
    json.begin_object();
    if (metric_is_trend(metric)) {
      write_percentiles(json, total.latency);
    } else {
      json.field("count", count);
    }
    json.end_object();
  }
  json.end_object();
}

void write_profiles(JsonWriter& json, const RunResult& result) {
  json.key("profiles");
  json.begin_array();
  for (std::size_t i = 0; i < result.profiles.size(); ++i) {
    const ProfileResult& profile = result.profiles[i];
    json.begin_object();
    json.field("profile", profile.profile);
    json.key("devices");
    json.begin_object();
    json.field("total", profile.devices);
    json.field("online", profile.online);
    json.field("moved", profile.moved);
    json.field("stranded", profile.stranded);
    json.end_object();
    write_counts(json, "reasons", profile.reasons);
    write_profile_metrics(json, result, static_cast<std::uint16_t>(i));
    json.end_object();
  }
  json.end_array();
}

void write_thresholds(JsonWriter& json, const RunResult& result) {
  json.key("thresholds");
  json.begin_array();
  for (const ThresholdResult& threshold : result.thresholds) {
    json.begin_object();
    json.field("expression", threshold.expression);
    json.key("value");
    if (threshold.value)
      json.value(*threshold.value);
    else
      json.null();
    json.field("ok", threshold.ok);
    json.end_object();
  }
  json.end_array();
}

void write_generator(JsonWriter& json, const GeneratorHealth& health) {
  json.key("generator");
  json.begin_object();
  json.field("valid", health.valid);
  write_texts(json, "why_invalid", health.why_invalid);
  json.field("loop_lag_p99_seconds", health.loop_lag_p99_seconds);
  json.field("arrivals", health.arrivals);
  json.field("late_arrivals", health.late_arrivals);
  json.field("paced_publishes", health.paced_publishes);
  json.field("late_publishes", health.late_publishes);
  json.field("dropped_publishes", health.dropped_publishes);
  json.field("port_exhaustions", health.port_exhaustions);
  json.field("descriptor_exhaustions", health.descriptor_exhaustions);
  json.field("memory_exhaustions", health.memory_exhaustions);
  json.field("cpu_share", health.cpu_share);
  json.field("cpu_microseconds_per_connect", health.cpu_microseconds_per_connect);
  json.field("cpu_microseconds_per_publish", health.cpu_microseconds_per_publish);
  json.field("platform_cpu_microseconds_per_connect", health.platform_cpu_microseconds_per_connect);
  json.field("bytes_per_device", health.bytes_per_device);
  json.end_object();
}

void write_steps(JsonWriter& json, const std::vector<StepResult>& steps) {
  json.key("steps");
  json.begin_array();
  for (const StepResult& step : steps) {
    json.begin_object();
    json.field("label", step.label);
    json.field("outcome", outcome_name(step.outcome));
    if (step.outcome != StepResult::Outcome::not_reached) {
      json.field("began_seconds", step.began_seconds);
      json.field("ended_seconds", step.ended_seconds);
    }
    write_texts(json, "why_failed", step.why_failed);
    json.end_object();
  }
  json.end_array();
}

void write_devices_named(JsonWriter& json, std::string_view name, const std::vector<DeviceFailure>& devices) {
  json.key(name);
  json.begin_array();
  for (const DeviceFailure& one : devices) {
    json.begin_object();
    json.field("device", one.device);
    json.field("group", one.group);
    json.field("reason", one.reason);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::fail:
      return "fail";
    case Verdict::invalid:
      return "invalid";
    case Verdict::interrupted:
      return "interrupted";
  }
  return "";
}

std::string json_report(const RunResult& result) {
  std::string out;
  JsonWriter json{out, JsonWriter::Layout::indented};
  json.begin_object();
  json.field("schema_version", report_schema_version);
  json.field("scenario", result.scenario);
  json.field("world", result.world);
  json.field("seed", result.seed);
  json.field("shard", result.shard);
  json.field("limits", result.limits);
  json.key("vars");
  json.begin_object();
  for (const auto& [name, value] : result.vars) json.field(name, value);
  json.end_object();
  json.field("verdict", verdict_name(result.verdict));
  json.field("exit_code", static_cast<int>(exit_code_of(result)));
  json.field("elapsed_seconds", result.elapsed_seconds);
  if (!result.trace_hash.empty()) {
    json.field("host_seconds", result.host_seconds);
    json.field("trace_hash", result.trace_hash);
  }
  json.key("devices");
  json.begin_object();
  json.field("total", result.devices_total);
  json.field("online", result.devices_online);
  json.field("moved", result.devices_moved);
  if (result.stranded_known) {
    json.field("stranded", result.devices_stranded);
  } else {
    json.key("stranded");
    json.null();
  }
  json.field("stranded_expected", result.devices_stranded_expected);
  json.end_object();
  json.field("moves", result.moves);
  write_distribution(json, result);
  write_counts(json, "misbehaviour", result.misbehaviour);
  write_counts(json, "faults", result.faults);
  write_profiles(json, result);
  write_metrics(json, result);
  write_weather(json, result);
  write_thresholds(json, result);
  write_generator(json, result.generator);
  json.field("ledgers_not_compared", result.ledgers_not_compared);
  write_texts(json, "violations", result.violations);
  if (!result.invariants.empty()) write_counts(json, "invariants", result.invariants);
  write_steps(json, result.steps);
  write_texts(json, "steps_failed", result.steps_failed);
  json.field("failures_total", result.failures_total);
  write_devices_named(json, "failures", result.failures);
  write_devices_named(json, "stranded", result.stranded);
  json.end_object();
  out += '\n';
  return out;
}

}  // namespace fleetsim::sim
