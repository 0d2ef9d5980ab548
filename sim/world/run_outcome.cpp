#include "sim/world/run_outcome.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>

#include "sim/world/generator_health.hpp"
#include "sim/world/run_cross_check.hpp"

namespace fleetsim::sim {
namespace {

constexpr Duration cross_check_patience = std::chrono::seconds{3};

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
    if (named_so || scenario.secret_vars.contains(name)) value = "(hidden)";
  }
  return shown;
}

/// Empty when the run went to its end: what was cut short is between two states.
std::string why_not_compared(Controller::End end) {
  switch (end) {
    case Controller::End::running:
    case Controller::End::done:
      return {};
    case Controller::End::interrupted:
      return "the run was interrupted";
    case Controller::End::out_of_time:
      return "the run was out of time";
    case Controller::End::threshold:
      return "a threshold ended the run";
  }
  return {};
}

/// A group where everybody fails must not crowd out the one device of another.
void keep_some_of_each(std::vector<DeviceFailure>& failures) {
  std::map<std::string, std::size_t> listed;
  for (const DeviceFailure& failure : failures) ++listed[failure.group];
  while (failures.size() > failures_listed_max) {
    const auto most = std::max_element(listed.begin(), listed.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    const auto last = std::find_if(failures.rbegin(), failures.rend(), [&](const auto& failure) { return failure.group == most->first; });
    failures.erase(std::next(last).base());
    --most->second;
  }
}

void take_failures(RunResult& result, const FleetReport& report, const Controller& controller) {
  result.failures = report.failures;
  result.failures_total = report.failures_total;
  for (const Controller::OffBooks* books : controller.off_books()) {
    result.failures.insert(result.failures.end(), books->failures.begin(), books->failures.end());
    result.failures_total += books->failures_total;
  }
  std::sort(result.failures.begin(), result.failures.end(), [](const auto& a, const auto& b) { return a.device < b.device; });
  keep_some_of_each(result.failures);
}

/// A load that cannot be carried is no load: the figures would be about something else than the scenario says.
void take_refused_loads(RunResult& result, const FleetReport& report) {
  if (report.loads_refused == 0) return;
  result.steps_failed.push_back(fmt::format("load: {} devices can never publish what their group's load says, the first {}",
                                            report.loads_refused, report.first_load_refused));
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
    result.ledgers_not_compared = "the platform's own books are elsewhere";
    result.moves = parts.fleet.totals().moves;
    for (std::size_t g = 0; g < scenario.groups.size(); ++g) result.devices_moved += parts.fleet.movers(static_cast<GroupIndex>(g));
    result.stranded_known = false;  // only a registry knows who is in handover
    if (parts.managed != nullptr) result.distribution = parts.managed->distribution();
    return;
  }
  result.ledgers_not_compared = why_not_compared(controller.ended());
  if (result.ledgers_not_compared.empty()) {
    CrossCheck check = cross_check(parts.fleet, *parts.platform, parts.census, parts.clock, cross_check_patience);
    for (std::string& violation : check.violations) result.violations.push_back(std::move(violation));
    result.ledgers_not_compared = std::move(check.not_compared);
  }
  const PlacementCensus census = parts.platform->census();
  result.devices_moved = census.moved;
  result.moves = census.commits;
  result.devices_stranded = census.stranded;
  for (const Stranded& stranded : census.stranded_list) {
    const std::string name = parts.roster.full_name(stranded.device);
    // What the device says of itself completes what the platform saw of it.
    const auto own =
        std::find_if(result.failures.begin(), result.failures.end(), [&](const auto& failure) { return failure.device == name; });
    const std::string reason =
        own == result.failures.end() ? stranded.reason : fmt::format("{}; the device says: {}", stranded.reason, own->reason);
    result.stranded.push_back({name, scenario.groups[parts.roster.devices[stranded.device].group].name, reason});
  }
  result.distribution = parts.platform->distribution();
}

/// Elsewhere's console counts by rule, not by device: all of it counts in the first group.
void take_misbehaviour_elsewhere(RunResult& result, const Controller::Parts& parts) {
  if (parts.managed == nullptr) return;
  result.misbehaviour = parts.managed->misbehaviour();
  std::uint64_t fired = 0;
  for (const auto& [rule, count] : result.misbehaviour) fired += count;
  if (fired > 0) result.metrics.add(result.metrics.series(Metric::misbehaviours, {}), fired);
}

/// The time between jobs is the scenario's, not the platform's: only the spans in which devices moved count.
std::optional<double> moves_per_second(const Controller::Parts& parts) {
  if (parts.platform == nullptr) return std::nullopt;
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
  facts.memory_exhaustions = report.memory_exhaustions;
  facts.cpu_share = meter.busiest_loop_share();
  facts.machine_share = meter.busiest_machine_share();
  facts.cpu_microseconds_per_connect = meter.cpu_microseconds_per_connect();
  facts.cpu_microseconds_per_publish = meter.cpu_microseconds_per_publish();
  facts.platform_cpu_microseconds_per_connect = meter.platform_cpu_microseconds_per_connect();
  facts.bytes_per_device = meter.bytes_per_device();
  return judge_generator(facts, {scenario.late_share_max, scenario.loop_lag_p99_max});
}

}  // namespace

std::map<std::string, double> measured_rates(const Controller::Parts& parts) {
  std::map<std::string, double> rates;
  if (const auto moves = moves_per_second(parts)) rates["moves_per_second"] = *moves;
  return rates;
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
  result.world = std::string(world_name(scenario.world));
  result.seed = scenario.seed;
  result.limits = limits_text(scenario);
  result.shard = fmt::format("{}/{}", scenario.shard_index, scenario.shard_count);
  result.vars = shown_vars(scenario);
  result.elapsed_seconds = controller.elapsed_seconds();
  result.devices_total = parts.roster.devices.size();
  result.devices_online = controller.online_at_end();
  result.steps_failed = controller.step_report().failures;
  result.steps = controller.steps();
  result.violations = controller.step_report().violations;
  FleetReport report = parts.fleet.report();
  take_failures(result, report, controller);
  take_refused_loads(result, report);
  take_moves(result, scenario, controller, parts);
  take_profiles(result, scenario, controller, parts);
  result.rates = measured_rates(parts);
  result.generator = judge(scenario, controller, report);
  result.tag_names = parts.runtime.tag_names;
  result.metrics = std::move(report.metrics);
  result.weather = parts.fleet.weather();
  if (parts.platform != nullptr) {
    parts.platform->with_ledger([&](PlatformLedger& ledger) {
      result.metrics.merge(ledger.metrics());
      result.misbehaviour.insert(ledger.misbehaviour().begin(), ledger.misbehaviour().end());
    });
  }
  take_misbehaviour_elsewhere(result, parts);
  result.faults = controller.faults_acted();
  take_thresholds(result, scenario, controller.crossed());
  result.ended_by_threshold = controller.ended() == Controller::End::threshold;
  result.verdict = verdict_of(result, controller.ended());
  return result;
}

}  // namespace fleetsim::sim
