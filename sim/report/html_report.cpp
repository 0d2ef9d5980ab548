#include "sim/report/html_report.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "devicecore/base/time.hpp"
#include "sim/report/exit_code.hpp"
#include "sim/report/html_style.hpp"
#include "sim/report/html_weather.hpp"
#include "sim/report/html_writer.hpp"
#include "sim/report/json_report.hpp"
#include "sim/report/number_text.hpp"

namespace fleetsim::sim {
namespace {

std::string micro_text(double microseconds) { return seconds_text(microseconds / microseconds_per_second); }

void write_head(HtmlWriter& html, const RunResult& result) {
  html.raw(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline';img-src data:\">"
      "<link rel=\"icon\" href=\"data:,\">");
  html.element("title", result.scenario + " · fleetsim");
  html.raw("<style>");
  html.raw(html_style);
  html.raw("</style></head>\n<body><main>\n");
}

void write_verdict_line(HtmlWriter& html, const RunResult& result) {
  const ExitCode code = exit_code_of(result);
  const bool good = code == ExitCode::pass;
  const bool named_so = good || result.verdict != Verdict::pass;
  html.element("h1", result.scenario);
  html.raw("<p>");
  html.element(good ? "span class=\"verdict good\"" : "span class=\"verdict bad\"", named_so ? verdict_name(result.verdict) : "fail");
  html.text(fmt::format(" {} (exit {})", describe(code), static_cast<int>(code)));
  html.raw("</p>\n");
  std::string line = fmt::format("world {} · seed {} · limits {} · shard {} · {}", result.world, result.seed, result.limits, result.shard,
                                 seconds_text(result.elapsed_seconds));
  for (const auto& [name, value] : result.vars) line += fmt::format(" · {}={}", name, value);
  html.element("p class=\"faint\"", line);
  if (result.trace_hash.empty()) return;
  html.raw("<p class=\"faint\">trace ");
  html.element("code", result.trace_hash);
  html.text(fmt::format(" · {} on this host", seconds_text(result.host_seconds)));
  html.raw("</p>\n");
}

void write_devices(HtmlWriter& html, const RunResult& result) {
  html.begin_small_figures();
  html.figure(count_text(result.devices_total), "devices");
  html.figure(count_text(result.devices_online), "online at the end");
  html.figure(count_text(result.devices_moved), "moved");
  html.figure(count_text(result.moves), "moves");
  html.figure(result.stranded_known ? count_text(result.devices_stranded) : "?",
              result.devices_stranded_expected > 0 ? fmt::format("stranded, {} expected", count_text(result.devices_stranded_expected))
                                                   : "stranded");
  html.end_figures();
}

void write_thresholds(HtmlWriter& html, const RunResult& result) {
  if (result.thresholds.empty()) return;
  html.element("h2", "Thresholds");
  html.begin_table({"Threshold", "Value", ""});
  for (const ThresholdResult& threshold : result.thresholds) {
    html.raw("<tr>");
    html.element("td", threshold.expression);
    html.element("td", threshold.value ? decimal_text(*threshold.value) : "no samples");
    html.element(threshold.ok ? "td class=\"good\"" : "td class=\"bad\"", threshold.ok ? "✓ holds" : "✗ crossed");
    html.raw("</tr>");
  }
  html.end_table();
}

void write_list(HtmlWriter& html, std::string_view title, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  html.element("h2", fmt::format("{} ({})", title, lines.size()));
  html.raw("<ul class=\"card bad\" style=\"padding-left:2rem\">");
  for (const std::string& line : lines) html.element("li", line);
  html.raw("</ul>\n");
}

void write_named(HtmlWriter& html, std::string_view title, const std::vector<DeviceFailure>& devices, std::uint64_t total) {
  if (devices.empty()) return;
  html.element("h2", fmt::format("{} ({})", title, count_text(std::max<std::uint64_t>(total, devices.size()))));
  html.raw("<ul class=\"card\" style=\"padding-left:2rem\">");
  for (const DeviceFailure& one : devices) {
    html.raw("<li>");
    html.element("code", one.device);
    html.text(fmt::format(" ({}) {}", one.group, one.reason));
    html.raw("</li>");
  }
  html.raw("</ul>\n");
  if (total > devices.size()) html.element("p class=\"faint\"", fmt::format("and {} more", count_text(total - devices.size())));
}

/// What failed besides the steps of the scenario (its faults, its loads, its time) stands below them.
void write_steps(HtmlWriter& html, const RunResult& result) {
  std::vector<std::string> others = result.steps_failed;
  for (const StepResult& step : result.steps)
    for (const std::string& why : step.why_failed) std::erase(others, why);
  if (!result.steps.empty()) {
    html.element("h2", "Steps");
    html.begin_table({"Step", "Outcome", "At", "Took"});
    for (const StepResult& step : result.steps) {
      const bool is_reached = step.outcome != StepResult::Outcome::not_reached;
      const bool is_good = step.outcome == StepResult::Outcome::done;
      html.raw("<tr>");
      html.element("td", step.label);
      html.element(is_good ? "td class=\"good\"" : "td class=\"bad\"",
                   fmt::format("{} {}", is_good ? "✓" : "✗", outcome_name(step.outcome)));
      html.element("td", is_reached ? seconds_text(step.began_seconds) : "");
      html.element("td", is_reached ? seconds_text(step.ended_seconds - step.began_seconds) : "");
      html.raw("</tr>");
      for (const std::string& why : step.why_failed) html.row({"· " + why, {}, {}, {}});
    }
    html.end_table();
  }
  write_list(html, "Failed besides", others);
}

void write_troubles(HtmlWriter& html, const RunResult& result) {
  write_steps(html, result);
  write_list(html, "Violations", result.violations);
  write_list(html, "Why the result is invalid", result.generator.why_invalid);
  write_named(html, "Failures", result.failures, result.failures_total);
  write_named(html, "Stranded", result.stranded, result.devices_stranded);
}

void write_counts(HtmlWriter& html, const std::map<std::string, std::uint64_t>& counts) {
  for (const auto& [what, count] : counts) html.row({what, count_text(count)});
}

void write_distribution(HtmlWriter& html, const RunResult& result) {
  if (result.distribution.empty()) return;
  html.element("h2", "Distribution");
  for (const DistributionResult& job : result.distribution) {
    html.element("h3", job.job);
    html.element("p class=\"faint\"", fmt::format("{}, from {}: {} devices{}", job.policy, job.source, count_text(job.devices),
                                                  job.failed > 0 ? fmt::format(", {} refused", count_text(job.failed)) : std::string{}));
    html.begin_table({"Arrived at", "Devices"});
    write_counts(html, job.targets);
    write_counts(html, job.reasons);
    html.end_table();
  }
}

void write_profiles(HtmlWriter& html, const RunResult& result) {
  if (result.profiles.size() < 2) return;
  html.element("h2", "Firmware profiles");
  html.begin_table({"Profile", "Devices", "Online", "Moved", "Stranded"});
  for (const ProfileResult& one : result.profiles) {
    html.row({one.profile, count_text(one.devices), count_text(one.online), count_text(one.moved), count_text(one.stranded)});
    for (const auto& [reason, devices] : one.reasons) html.row({"· " + reason, {}, {}, {}, count_text(devices)});
  }
  html.end_table();
}

void write_metrics(HtmlWriter& html, const RunResult& result) {
  html.element("h2", "Metrics");
  html.begin_table({"", "med", "p95", "p99", "max", "avg", "min"});
  for (std::size_t i = 0; i < metric_count; ++i) {
    const auto metric = static_cast<Metric>(i);
    if (!metric_is_trend(metric)) continue;
    const Histogram latency = result.metrics.total(metric).latency;
    if (latency.count() == 0) continue;
    std::vector<std::string> cells{std::string{metric_name(metric)}};
    for (const double percent : {50.0, 95.0, 99.0}) cells.push_back(micro_text(static_cast<double>(latency.percentile(percent))));
    for (const double value : {static_cast<double>(latency.max()), latency.mean(), static_cast<double>(latency.min())})
      cells.push_back(micro_text(value));
    html.row(cells);
  }
  html.end_table();
  html.begin_table({"", "count"});
  for (std::size_t i = 0; i < metric_count; ++i) {
    const auto metric = static_cast<Metric>(i);
    if (metric_is_trend(metric)) continue;
    const std::uint64_t count = result.metrics.total(metric).count;
    if (count > 0) html.row({std::string{metric_name(metric)}, count_text(count)});
  }
  html.end_table();
}

void write_counted(HtmlWriter& html, std::string_view title, std::string_view what, const std::map<std::string, std::uint64_t>& counts) {
  if (counts.empty()) return;
  html.element("h2", title);
  html.begin_table({what, "Times"});
  write_counts(html, counts);
  html.end_table();
}

void write_generator(HtmlWriter& html, const RunResult& result) {
  const GeneratorHealth& health = result.generator;
  html.element("h2", "Generator");
  html.begin_small_figures();
  html.figure(health.valid ? "valid" : "INVALID", "result");
  html.figure(seconds_text(health.loop_lag_p99_seconds), "loop lag p99");
  if (health.arrivals > 0) html.figure(count_text(health.late_arrivals), fmt::format("late arrivals of {}", count_text(health.arrivals)));
  if (health.bytes_per_device > 0) html.figure(bytes_text(health.bytes_per_device), "memory a device");
  html.end_figures();
}

}  // namespace

std::string html_report(const RunResult& result) {
  std::string page;
  HtmlWriter html{page};
  write_head(html, result);
  write_verdict_line(html, result);
  write_devices(html, result);
  write_thresholds(html, result);
  write_troubles(html, result);
  write_weather(html, result);
  write_distribution(html, result);
  write_profiles(html, result);
  write_counted(html, "Misbehaviour of the platform, on demand", "Rule", result.misbehaviour);
  write_counted(html, "Faults", "Fault", result.faults);
  write_counted(html, "Invariants, and how often each had something to judge", "Invariant", result.invariants);
  write_metrics(html, result);
  write_generator(html, result);
  html.raw("<footer>");
  html.text(fmt::format("fleetsim · {} · seed {}", result.scenario, result.seed));
  html.raw("</footer>\n</main></body></html>\n");
  return page;
}

}  // namespace fleetsim::sim
