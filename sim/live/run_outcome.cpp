#include "sim/live/run_outcome.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>

#include "sim/live/generator_health.hpp"
#include "sim/live/run_cross_check.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::chrono::milliseconds cross_check_patience{3000};

std::string limits_text(const Scenario& scenario) {
  if (scenario.world == WorldKind::external) return "external";
  switch (scenario.platform.limits.mode) {
    case platform::LimitsMode::documented:
      return "documented";
    case platform::LimitsMode::unlimited:
      return "unlimited";
  }
  return "";
}

/// Variables as the report may show them: a password that came in by --set is nobody's to read there.
std::map<std::string, std::string> shown_vars(const Scenario& scenario) {
  std::map<std::string, std::string> shown = scenario.vars;
  for (auto& entry : shown) {
    const std::string& name = entry.first;
    std::string& value = entry.second;
    const bool named_so = name.find("password") != std::string::npos || name.find("secret") != std::string::npos;
    const bool used_so = !value.empty() && std::any_of(scenario.groups.begin(), scenario.groups.end(),
                                                       [&](const FleetGroup& group) { return group.password == value; });
    if (named_so || used_so) value = "(hidden)";
  }
  return shown;
}

void take_failures(RunResult& result, const FleetReport& report, const Controller& controller) {
  result.failures = report.failures;
  result.failures_total = report.failures_total;
  for (const Controller::OffBooks* books : controller.off_books()) {
    result.failures.insert(result.failures.end(), books->failures.begin(), books->failures.end());
    result.failures_total += books->failures_total;
  }
  std::sort(result.failures.begin(), result.failures.end(), [](const auto& a, const auto& b) { return a.device < b.device; });
  if (result.failures.size() > failures_listed_max) result.failures.resize(failures_listed_max);
}

ProfileResult& profile_at(RunResult& result, const Scenario& scenario, std::size_t group) {
  const std::string& name = scenario.groups[group].profile;
  for (ProfileResult& profile : result.profiles)
    if (profile.profile == name) return profile;
  result.profiles.push_back({});
  result.profiles.back().profile = name;
  return result.profiles.back();
}

void take_profiles(RunResult& result, const Scenario& scenario, Controller& controller, const Controller::Parts& parts) {
  PlacementCensus census;
  if (parts.platform != nullptr) census = parts.platform->census();
  for (std::size_t g = 0; g < scenario.groups.size(); ++g) {
    const auto group = static_cast<GroupIndex>(g);
    ProfileResult& profile = profile_at(result, scenario, g);
    profile.devices += controller.device_count(group);
    profile.online += controller.online_at_end(group);
    const std::uint64_t stranded = parts.platform != nullptr ? census.groups[g].stranded : controller.stranded_elsewhere(group);
    profile.moved += parts.platform != nullptr ? census.groups[g].moved : parts.fleet.moved(group);
    profile.stranded += stranded;
    if (parts.platform != nullptr) {
      for (const auto& [reason, devices] : census.groups[g].reasons) profile.reasons[reason] += devices;
    }
    const auto expected = controller.stranded_expected().find(group);
    if (expected == controller.stranded_expected().end()) continue;
    const auto wanted =
        static_cast<std::uint64_t>(std::ceil(expected->second * static_cast<double>(controller.device_count(group)) - 1e-6));
    result.devices_stranded_expected += stranded;
    if (stranded < wanted)
      result.violations.push_back(fmt::format("group {}: {} of {} devices are stranded at the end, {} were expected to be",
                                              scenario.groups[g].name, stranded, controller.device_count(group), wanted));
  }
}

void take_moves(RunResult& result, const Scenario& scenario, Controller& controller, const Controller::Parts& parts) {
  if (parts.platform == nullptr) {
    result.moves = parts.fleet.totals().moves;
    for (std::size_t g = 0; g < scenario.groups.size(); ++g) result.devices_moved += parts.fleet.moved(static_cast<GroupIndex>(g));
    if (parts.managed != nullptr) result.distribution = parts.managed->distribution();
    return;
  }
  if (controller.ended() == Controller::End::done) {
    for (std::string& violation : cross_check(parts.fleet, *parts.platform, cross_check_patience))
      result.violations.push_back(std::move(violation));
  }
  const PlacementCensus census = parts.platform->census();
  result.devices_moved = census.moved;
  result.moves = census.commits;
  result.devices_stranded = census.stranded;
  for (const Stranded& stranded : census.stranded_list) {
    const DeviceSpec& spec = parts.roster.devices[stranded.device];
    const std::string name = fmt::format("{}/{}", spec.identity.product_key(), spec.identity.device_name());
    // What the device says of itself completes what the platform saw of it.
    const auto own =
        std::find_if(result.failures.begin(), result.failures.end(), [&](const auto& failure) { return failure.device == name; });
    const std::string reason =
        own == result.failures.end() ? stranded.reason : fmt::format("{}; the device says: {}", stranded.reason, own->reason);
    result.stranded.push_back({name, scenario.groups[spec.group].name, reason});
  }
  result.distribution = parts.platform->distribution();
}

/// The time between jobs is the scenario's, not the platform's: only the spans in which devices moved count.
std::optional<double> moves_per_second(const Controller::Parts& parts, const FleetReport& report) {
  if (parts.platform == nullptr) {
    const std::uint64_t moves = parts.fleet.totals().moves;
    return report.moves && moves > 0 ? std::optional{rate_over(moves, *report.moves)} : std::nullopt;
  }
  double seconds = 0;
  std::uint64_t gaps = 0;
  for (const CommitSpan& span : parts.platform->commit_spans()) {
    if (span.commits < 2) continue;
    gaps += span.commits - 1;
    seconds += std::chrono::duration<double>(span.last - span.first).count();
  }
  return seconds > 0 ? std::optional{static_cast<double>(gaps) / seconds} : std::nullopt;
}

void take_thresholds(RunResult& result, const Scenario& scenario, const std::optional<ThresholdResult>& ended_by) {
  for (const ThresholdSpec& spec : scenario.thresholds) {
    const auto threshold = Threshold::parse(spec.metric, spec.expression);
    if (threshold) {
      result.thresholds.push_back(threshold->evaluate(result.metrics, result.tag_names, result.elapsed_seconds, result.rates));
    } else {
      result.thresholds.push_back({fmt::format("{}: {} ({})", spec.metric, spec.expression, threshold.error()), std::nullopt, false});
    }
    // What ended the run stays crossed, though what came in since may have mended it.
    if (ended_by && result.thresholds.back().expression == ended_by->expression) result.thresholds.back() = *ended_by;
  }
}

GeneratorHealth judge(const Scenario& scenario, const Controller& controller, const FleetReport& report) {
  const WorkMeter& meter = controller.meter();
  GeneratorFacts facts;
  facts.loop_lag = &report.loop_lag;
  facts.arrivals = report.arrivals;
  facts.late_arrivals = report.late_arrivals;
  facts.paced_publishes = report.paced_publishes;
  facts.late_publishes = report.late_publishes;
  facts.dropped_publishes = report.dropped_publishes;
  facts.port_exhaustions = report.port_exhaustions;
  facts.descriptor_exhaustions = report.descriptor_exhaustions;
  facts.cpu_share = meter.busiest_loop_share();
  facts.machine_share = meter.busiest_machine_share();
  facts.cpu_microseconds_per_connect = meter.cpu_microseconds_per_connect();
  facts.cpu_microseconds_per_publish = meter.cpu_microseconds_per_publish();
  facts.platform_cpu_microseconds_per_connect = meter.platform_cpu_microseconds_per_connect();
  facts.bytes_per_device = meter.bytes_per_device();
  return judge_generator(facts, {scenario.late_share_max, scenario.loop_lag_p99_max});
}

}  // namespace

std::map<std::string, double> measured_rates(const Controller::Parts& parts, const WorkMeter& meter, const FleetReport& report) {
  std::map<std::string, double> rates;
  const FleetTotals totals = parts.fleet.totals();
  if (const auto moves = moves_per_second(parts, report)) rates["moves_per_second"] = *moves;
  if (report.connects) rates["connects_per_second"] = rate_over(totals.connects, *report.connects);
  if (report.publish_acks) {
    rates["publish_acks_per_second"] = rate_over(totals.publish_acks, *report.publish_acks);
    rates["publishes_per_second"] = rate_over(totals.publishes, *report.publish_acks);
  } else if (const auto seconds = meter.publish_seconds(); seconds && *seconds > 0) {
    rates["publishes_per_second"] = static_cast<double>(totals.publishes) / *seconds;
  }
  return rates;
}

double rate_over(std::uint64_t count, Span span) {
  const double seconds = std::chrono::duration<double>(span.last - span.first).count();
  return count < 2 || seconds <= 0 ? 0.0 : static_cast<double>(count - 1) / seconds;
}

Verdict verdict_of(const RunResult& result, Controller::End end) {
  if (end == Controller::End::interrupted) return Verdict::interrupted;
  if (!result.generator.valid) return Verdict::invalid;
  const bool crossed = std::any_of(result.thresholds.begin(), result.thresholds.end(), [](const ThresholdResult& t) { return !t.ok; });
  const bool found =
      result.devices_stranded > result.devices_stranded_expected || !result.violations.empty() || !result.steps_failed.empty();
  return crossed || found ? Verdict::fail : Verdict::pass;
}

RunResult make_result(const Scenario& scenario, Controller& controller, const Controller::Parts& parts) {
  RunResult result;
  result.scenario = scenario.name;
  result.world = scenario.world == WorldKind::sockets ? "sockets" : "external";
  result.seed = scenario.seed;
  result.limits = limits_text(scenario);
  result.shard = fmt::format("{}/{}", scenario.shard_index, scenario.shard_count);
  result.vars = shown_vars(scenario);
  result.elapsed_seconds = controller.elapsed_seconds();
  result.devices_total = parts.roster.devices.size();
  result.devices_online = controller.online_at_end();
  result.steps_failed = controller.step_report().failures;
  result.violations = controller.step_report().violations;
  FleetReport report = parts.fleet.report();
  take_failures(result, report, controller);
  take_moves(result, scenario, controller, parts);
  take_profiles(result, scenario, controller, parts);
  result.rates = measured_rates(parts, controller.meter(), report);
  result.generator = judge(scenario, controller, report);
  result.tag_names = parts.runtime.tag_names;
  result.metrics = std::move(report.metrics);
  if (parts.platform != nullptr) {
    parts.platform->with_ledger([&](PlatformLedger& ledger) {
      result.metrics.merge(ledger.metrics());
      result.misbehaviour.insert(ledger.misbehaviour().begin(), ledger.misbehaviour().end());
    });
  }
  take_thresholds(result, scenario, controller.crossed());
  result.verdict = verdict_of(result, controller.ended());
  return result;
}

}  // namespace fleetsim::sim
