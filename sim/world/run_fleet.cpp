#include "sim/world/run_fleet.hpp"

#include <algorithm>

namespace fleetsim::sim {
Result<std::unique_ptr<RunFleet>, RunError> RunFleet::make(const Scenario& scenario, const Roster& roster, std::size_t shards,
                                                           const ShardMaker& make_shard) {
  std::unique_ptr<RunFleet> fleet(new RunFleet);
  const auto count = static_cast<std::uint32_t>(std::max<std::size_t>(1, shards));
  fleet->groups_ = scenario.groups.size();
  for (std::uint32_t i = 0; i < count; ++i) {
    Shard::Options options;
    options.index = i;
    options.count = count;
    options.connects_in_flight = std::max(1u, (scenario.connects_in_flight + count - 1) / count);
    auto shard = make_shard(options);
    if (!shard) return fail(RunError{shard.error(), "free resources of this machine or use fewer threads"});
    (*shard)->expect_devices((roster.devices.size() + count - 1) / count);
    fleet->shards_.push_back(std::move(*shard));
  }
  for (std::size_t i = 0; i < roster.devices.size(); ++i) {
    const FleetGroup& group = scenario.groups[roster.devices[i].group];
    if (group.behind.empty()) fleet->shards_[i % count]->add_device(roster.spec(i));
  }
  const bool behind_shards = scenario.shard_count > 1 && std::any_of(scenario.groups.begin(), scenario.groups.end(),
                                                                     [](const FleetGroup& group) { return !group.behind.empty(); });
  if (behind_shards) return fail(RunError{"devices behind gateways cannot be told apart by --shard", "run this scenario whole"});
  // Spread over the gateways in turn, each in the shard that its gateway is in.
  for (std::size_t g = 0; g < scenario.groups.size(); ++g) {
    if (scenario.groups[g].behind.empty()) continue;
    const auto gateways = std::find_if(scenario.groups.begin(), scenario.groups.end(),
                                       [&](const FleetGroup& other) { return other.name == scenario.groups[g].behind; });
    const GroupRange& behind = roster.groups[static_cast<std::size_t>(gateways - scenario.groups.begin())];
    const GroupRange& subs = roster.groups[g];
    for (std::size_t i = 0; i < subs.count && behind.count > 0; ++i) {
      const std::size_t gateway = behind.first + i % behind.count;
      fleet->shards_[gateway % count]->add_sub_device(roster.spec(gateway), roster.spec(subs.first + i));
    }
  }
  return fleet;
}

void RunFleet::start() {
  for (auto& shard : shards_) shard->start();
}

void RunFleet::stop() {
  for (auto& shard : shards_) shard->stop();
}

FleetTotals RunFleet::totals() const {
  FleetTotals totals;
  for (const auto& shard : shards_) {
    const ShardCounters& counters = shard->counters();
    totals.online += counters.online.load(std::memory_order_relaxed);
    totals.connects += counters.connects.load(std::memory_order_relaxed);
    totals.moves += counters.moves.load(std::memory_order_relaxed);
    totals.publishes += counters.publishes.load(std::memory_order_relaxed);
    totals.publish_acks += counters.publish_acks.load(std::memory_order_relaxed);
    totals.commands_pending += counters.commands_pending.load();
    totals.commands_failed += counters.commands_failed.load();
    totals.powered_on += counters.powered_on.load();
    totals.schedules_running += counters.schedules_running.load();
  }
  return totals;
}

std::uint64_t RunFleet::online(GroupIndex group) {
  if (groups_ == 1) return totals().online;  // no need to ask the shards' threads
  std::uint64_t online = 0;
  for (auto& shard : shards_) online += shard->online_in_group(group);
  return online;
}

std::uint64_t RunFleet::powered_on(GroupIndex group) {
  std::uint64_t up = 0;
  for (auto& shard : shards_) up += shard->powered_on_in_group(group);
  return up;
}

std::uint64_t RunFleet::moved(GroupIndex group) {
  std::uint64_t moved = 0;
  for (auto& shard : shards_) moved += shard->moved_in_group(group);
  return moved;
}

std::uint64_t RunFleet::movers(GroupIndex group) {
  std::uint64_t movers = 0;
  for (auto& shard : shards_) movers += shard->movers_in_group(group);
  return movers;
}

std::uint64_t RunFleet::half_open() {
  std::uint64_t links = 0;
  for (auto& shard : shards_) links += shard->half_open();
  return links;
}

FleetReport RunFleet::report() {
  FleetReport merged;
  for (auto& shard : shards_) {
    ShardReport report = shard->report();
    merged.metrics.merge(report.metrics);
    merged.loop_lag.merge(report.loop_lag);
    merged.arrivals += report.arrivals;
    merged.late_arrivals += report.late_arrivals;
    merged.paced_publishes += report.paced_publishes;
    merged.late_publishes += report.late_publishes;
    merged.dropped_publishes += report.dropped_publishes;
    if (merged.first_unpublished.empty()) merged.first_unpublished = report.first_unpublished;
    merged.loads_refused += report.loads_refused;
    if (merged.first_load_refused.empty()) merged.first_load_refused = report.first_load_refused;
    merged.port_exhaustions += report.port_exhaustions;
    merged.descriptor_exhaustions += report.descriptor_exhaustions;
    merged.memory_exhaustions += report.memory_exhaustions;
    merged.failures_total += report.failures_total;
    for (const auto& [group, failures] : report.failures_by_group) merged.failures_by_group[group] += failures;
    merged.failures.insert(merged.failures.end(), report.failures.begin(), report.failures.end());
  }
  std::sort(merged.failures.begin(), merged.failures.end(), [](const auto& a, const auto& b) { return a.device < b.device; });
  std::map<std::string_view, std::size_t> listed;
  std::erase_if(merged.failures, [&](const DeviceFailure& failure) { return ++listed[failure.group] > failures_listed_max; });
  return merged;
}

Weather RunFleet::weather() {
  Weather whole;
  for (auto& shard : shards_) whole.merge(shard->weather());
  return whole;
}

void RunFleet::run_schedule(GroupIndex group, const std::shared_ptr<const ArrivalSchedule>& schedule, Instant start) {
  for (auto& shard : shards_) shard->run_schedule(group, schedule, start);
}

void RunFleet::publish(GroupIndex group, const PublishStep& step) {
  for (auto& shard : shards_) shard->publish(group, step);
}

void RunFleet::start_load(GroupIndex group, const PublishLoad& load) {
  for (auto& shard : shards_) shard->start_load(group, load);
}

void RunFleet::stop_load(GroupIndex group) {
  for (auto& shard : shards_) shard->stop_load(group);
}

void RunFleet::report_things(GroupIndex group, const ReportStep& step) {
  for (auto& shard : shards_) shard->report_things(group, step);
}

WorkCount RunFleet::refused_reports() {
  WorkCount count;
  for (auto& shard : shards_) {
    const ShardReport report = shard->report();
    count.refused += report.refused_reports;
    if (count.first_reason.empty()) count.first_reason = report.first_refused_report;
  }
  return count;
}

void RunFleet::power_off(GroupIndex group, const PowerOffStep& step) {
  for (auto& shard : shards_) shard->power_off(group, step.cut);
}

}  // namespace fleetsim::sim
