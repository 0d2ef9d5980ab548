#include "sim/report/summary_sections.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

#include "devicecore/base/time.hpp"
#include "sim/report/exit_code.hpp"
#include "sim/report/json_report.hpp"
#include "sim/report/number_text.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t name_columns = 24;
constexpr std::size_t value_columns = 8;
constexpr std::size_t reasons_shown_max = 16;
constexpr std::size_t threshold_columns = 58;
constexpr std::size_t value_room = 14;
constexpr std::size_t job_columns = 30;

/// "connect_seconds ......... "
std::string dotted(std::string_view name, std::size_t width) {
  const std::size_t used = columns_of(name) + 1;
  return fmt::format("{} {} ", name, std::string(used < width ? width - used : 0, '.'));
}

std::string value_text(const ThresholdResult& threshold) {
  if (!threshold.value) return "no samples";
  const bool seconds =
      threshold.expression.find("_seconds") != std::string::npos && threshold.expression.find(": count") == std::string::npos;
  return seconds ? seconds_text(*threshold.value) : decimal_text(*threshold.value);
}

void write_trend(Page& page, Metric metric, const Histogram& latency) {
  std::string line = dotted(metric_name(metric), name_columns);
  const std::array<double, 6> values{latency.mean(),
                                     static_cast<double>(latency.min()),
                                     static_cast<double>(latency.percentile(50)),
                                     static_cast<double>(latency.percentile(95)),
                                     static_cast<double>(latency.percentile(99)),
                                     static_cast<double>(latency.max())};
  for (const double value : values) line += padded_left(seconds_text(value / microseconds_per_second), value_columns);
  page.line(line);
}

/// The rate of a burst says nothing.
std::string rate_text(const RunResult& result, Metric metric, const Series& total) {
  constexpr std::uint64_t burst_us_max = 10'000;
  const bool is_measured = result.rates.contains(std::string{metric_name(metric)} + "_per_second");
  const bool is_burst = total.count >= 2 && total.first_us <= total.last_us && total.last_us - total.first_us < burst_us_max;
  if (!is_measured && is_burst) return "at once";
  const double rate = rate_per_second(total, result.elapsed_seconds, result.rates);
  return decimal_text(rate < 100 ? rate : std::floor(rate)) + "/s";
}

void write_counter(Page& page, const RunResult& result, Metric metric, const Series& total) {
  constexpr std::size_t unit_columns = 2;
  page.line(fmt::format("{}{}{}", dotted(metric_name(metric), name_columns), padded_left(count_text(total.count), 2 * value_columns),
                        padded_left(rate_text(result, metric, total), 2 * value_columns + unit_columns)));
}

void write_named(Page& page, std::string_view title, const std::vector<DeviceFailure>& devices, std::uint64_t total) {
  if (devices.empty()) return;
  page.heading(fmt::format("{} ({})", title, count_text(std::max<std::uint64_t>(total, devices.size()))));
  for (const DeviceFailure& one : devices)
    page.paragraph("✗", fmt::format("{} [{}] {}", one.device, one.group, one.reason), Page::Tone::bad);
  if (total > devices.size()) page.line(fmt::format("... and {} more", count_text(total - devices.size())));
}

void write_list(Page& page, std::string_view title, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  page.heading(fmt::format("{} ({})", title, lines.size()));
  for (const std::string& line : lines) page.paragraph("✗", line, Page::Tone::bad);
}

}  // namespace

void write_thresholds(Page& page, const RunResult& result) {
  if (result.thresholds.empty()) return;
  page.heading("THRESHOLDS");
  for (const ThresholdResult& threshold : result.thresholds) {
    const Page::Tone tone = threshold.ok ? Page::Tone::good : Page::Tone::bad;
    const std::string value = value_text(threshold);
    if (columns_of(threshold.expression) > threshold_columns) {
      page.paragraph(threshold.ok ? "✓" : "✗", threshold.expression, tone);
      page.line(padded_left(value, threshold_columns + value_room + 2));
      continue;
    }
    page.line(fmt::format("{} {}{}", page.painted(threshold.ok ? "✓" : "✗", tone), padded_right(threshold.expression, threshold_columns),
                          padded_left(value, value_room)));
  }
}

void write_devices(Page& page, const RunResult& result) {
  page.heading("DEVICES");
  std::string stranded = result.stranded_known ? fmt::format("stranded {}", count_text(result.devices_stranded)) : "stranded ?";
  if (result.devices_stranded_expected > 0) stranded += fmt::format(" ({} expected)", count_text(result.devices_stranded_expected));
  page.line(
      fmt::format("total {}   online {}   moved {}   {}   moves {}", count_text(result.devices_total), count_text(result.devices_online),
                  count_text(result.devices_moved),
                  page.painted(stranded, result.devices_stranded > result.devices_stranded_expected ? Page::Tone::bad : Page::Tone::plain),
                  count_text(result.moves)));
}

void write_ledgers(Page& page, const RunResult& result) {
  if (!result.ledgers_not_compared.empty() && result.world == "sockets")
    page.paragraph("?", "the ledgers were not compared: " + result.ledgers_not_compared, Page::Tone::plain);
}

void write_distribution(Page& page, const RunResult& result) {
  if (result.distribution.empty()) return;
  page.heading("DISTRIBUTION");
  for (const DistributionResult& job : result.distribution) {
    page.paragraph(shortened(job.job, job_columns),
                   fmt::format(" {}, from {}: {} devices{}", job.policy, job.source, count_text(job.devices),
                               job.failed > 0 ? fmt::format(", {} refused", count_text(job.failed)) : std::string{}),
                   Page::Tone::strong);
    for (const auto& [instance, count] : job.targets)
      page.line(fmt::format("  {}{}", dotted(shortened(instance, 60), 40), padded_left(count_text(count), 10)));
    std::vector<std::pair<std::uint64_t, std::string_view>> reasons;
    for (const auto& [reason, count] : job.reasons) reasons.emplace_back(count, reason);
    std::sort(reasons.begin(), reasons.end(),
              [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
    for (std::size_t i = 0; i < reasons.size() && i < reasons_shown_max; ++i)
      page.line(page.painted(
          fmt::format("    {} {}", padded_right(shortened(reasons[i].second, 50), 50), padded_left(count_text(reasons[i].first), 10)),
          Page::Tone::faint));
    if (reasons.size() > reasons_shown_max) page.line(fmt::format("    ... and {} more reasons", reasons.size() - reasons_shown_max));
  }
}

void write_faults(Page& page, const RunResult& result) {
  if (result.faults.empty()) return;
  page.heading("FAULTS, and how often each acted");
  for (const auto& [name, count] : result.faults) page.line(fmt::format("  {}{}", dotted(name, 40), padded_left(count_text(count), 10)));
}

void write_misbehaviour(Page& page, const RunResult& result) {
  if (result.misbehaviour.empty()) return;
  page.heading("MISBEHAVIOUR of the platform, on demand");
  for (const auto& [rule, count] : result.misbehaviour)
    page.line(fmt::format("  {}{}", dotted(rule, 40), padded_left(count_text(count), 10)));
}

void write_invariants(Page& page, const RunResult& result) {
  if (result.invariants.empty()) return;
  page.heading("INVARIANTS");
  for (const auto& [name, count] : result.invariants)
    page.line(fmt::format("  {}{}", dotted(name, 40), padded_left(count_text(count), 10)) + (count == 0 ? "   nothing to judge" : ""));
}

void write_profiles(Page& page, const RunResult& result) {
  if (result.profiles.size() < 2) return;
  std::string head = padded_right("PROFILES", name_columns + 3);
  for (const std::string_view column : {"devices", "online", "moved", "stranded", "connects", "move p95"}) head += padded_left(column, 9);
  page.heading(head);
  for (std::size_t i = 0; i < result.profiles.size(); ++i) {
    const ProfileResult& one = result.profiles[i];
    const auto index = static_cast<std::uint16_t>(i);
    const Series moves = result.metrics.total_of_profile(Metric::move_seconds, index);
    std::string line = dotted(one.profile, name_columns);
    for (const std::uint64_t count :
         {one.devices, one.online, one.moved, one.stranded, result.metrics.total_of_profile(Metric::connects, index).count})
      line += padded_left(count_text(count), 9);
    const bool moved = moves.latency.count() > 0;
    page.line(line +
              padded_left(moved ? seconds_text(static_cast<double>(moves.latency.percentile(95)) / microseconds_per_second) : "-", 9));
    for (const auto& [reason, devices] : one.reasons)
      page.line(page.painted(fmt::format("    {} {}", padded_right(shortened(reason, 66), 66), padded_left(count_text(devices), 8)),
                             Page::Tone::faint));
  }
}

void write_metrics(Page& page, const RunResult& result) {
  std::string head = padded_right("METRICS", name_columns + 3);
  for (const std::string_view column : {"avg", "min", "med", "p95", "p99", "max"}) head += padded_left(column, value_columns);
  page.heading(head);
  for (std::size_t i = 0; i < metric_count; ++i) {
    const auto metric = static_cast<Metric>(i);
    const Series total = result.metrics.total(metric);
    if (metric_is_trend(metric)) {
      if (total.latency.count() > 0) write_trend(page, metric, total.latency);
    } else if (total.count > 0) {
      write_counter(page, result, metric, total);
    }
  }
}

void write_generator(Page& page, const RunResult& result) {
  const GeneratorHealth& health = result.generator;
  page.heading("GENERATOR");
  std::string first = fmt::format("{}   loop lag p99 {}",
                                  health.valid ? page.painted("✓ valid", Page::Tone::good) : page.painted("✗ INVALID", Page::Tone::bad),
                                  seconds_text(health.loop_lag_p99_seconds));
  // Only what an open model schedules can be late.
  if (health.arrivals > 0) first += fmt::format("   late arrivals {} of {}", count_text(health.late_arrivals), count_text(health.arrivals));
  page.line(first);
  if (health.paced_publishes > 0)
    page.line(
        fmt::format("late publishes {} of {}{}", count_text(health.late_publishes), count_text(health.paced_publishes),
                    health.dropped_publishes > 0 ? fmt::format(", dropped {}", count_text(health.dropped_publishes)) : std::string{}));
  std::string costs;
  if (health.cpu_microseconds_per_connect > 0)
    costs += fmt::format("CPU a connect {}   ", seconds_text(health.cpu_microseconds_per_connect / 1e6));
  if (health.cpu_microseconds_per_publish > 0)
    costs += fmt::format("a publish {}   ", seconds_text(health.cpu_microseconds_per_publish / 1e6));
  if (health.bytes_per_device > 0) costs += fmt::format("memory a device {}   ", bytes_text(health.bytes_per_device));
  if (health.cpu_share > 0) costs += fmt::format("loops busy {:.0f}%", health.cpu_share * 100);
  if (!costs.empty()) page.line(costs.substr(0, costs.find_last_not_of(' ') + 1));
  for (const std::string& why : health.why_invalid) page.paragraph("✗", why, Page::Tone::bad);
}

void write_troubles(Page& page, const RunResult& result) {
  write_list(page, "STEPS FAILED", result.steps_failed);
  write_list(page, "VIOLATIONS", result.violations);
  write_named(page, "FAILURES", result.failures, result.failures_total);
  write_named(page, "STRANDED", result.stranded, result.devices_stranded);
}

void write_verdict(Page& page, const RunResult& result) {
  const ExitCode code = exit_code_of(result);
  const Page::Tone tone = code == ExitCode::pass ? Page::Tone::good : Page::Tone::bad;
  const bool named_so = code == ExitCode::pass || result.verdict != Verdict::pass;
  const std::string_view word = named_so ? verdict_name(result.verdict) : "fail";
  page.heading(page.painted(fmt::format("{}: {} (exit {})", word, describe(code), static_cast<int>(code)), tone));
}

}  // namespace fleetsim::sim
