// What steps ask of the controller, passed on to fleet and platform.
#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <utility>

#include "sim/world/controller.hpp"
#include "sim/world/run_recorder.hpp"
#include "sim/world/thing_reports.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::string_view nobody = "nobody to ask: external.management does not say where orders go";

}  // namespace

std::vector<GroupIndex> Controller::groups(const std::vector<std::string>& names) const {
  std::vector<GroupIndex> found;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const bool named = std::find(names.begin(), names.end(), parts_.scenario.groups[g].name) != names.end();
    if (names.empty() || named) found.push_back(static_cast<GroupIndex>(g));
  }
  return found;
}

MoveCount Controller::moves(GroupIndex group) {
  // Elsewhere's registry is out of reach: the devices' own word is all there is.
  if (parts_.platform == nullptr) {
    const GroupRange& range = parts_.roster.groups[group];
    return {parts_.managed != nullptr ? parts_.managed->asked(range.first, range.count) : range.count, parts_.fleet.moved(group)};
  }
  MoveCount count = parts_.platform->moves(group);
  // The registry commits when it accepts a CONNECT; the device knows when the CONNACK has reached it. A move is over when both do.
  std::uint64_t must = 0;
  parts_.platform->with_ledger([&](PlatformLedger& ledger) { must = ledger.noticed_moves().at_least; });
  const std::uint64_t heard = parts_.fleet.totals().moves;
  if (heard < must) count.moved -= std::min(count.moved, must - heard);
  return count;
}

PublishCount Controller::publishes() {
  const FleetTotals totals = parts_.fleet.totals();
  PublishCount count{publishes_ordered_, totals.commands_pending, totals.commands_failed, {}};
  if (count.failed > 0) count.why_failed = parts_.fleet.report().first_unpublished;
  return count;
}

std::uint64_t Controller::still_up(const std::vector<GroupIndex>& groups) {
  if (groups.size() == groups_.size()) return parts_.fleet.totals().powered_on;
  std::uint64_t up = 0;
  for (const GroupIndex group : groups) up += parts_.fleet.powered_on(group);
  return up;
}

std::vector<DeviceFailure> Controller::failures() { return parts_.fleet.report().failures; }

void Controller::begin_load(GroupIndex group) {
  const FleetGroup& settings = parts_.scenario.groups[group];
  GroupState& state = groups_[group];
  if (state.load_start) return;
  if (settings.load) {
    parts_.fleet.start_load(group, *settings.load);
  } else if (settings.property_post_interval > Duration{0}) {
    PublishLoad posts;
    posts.rate_per_second_per_device = 1.0 / std::chrono::duration<double>(settings.property_post_interval).count();
    parts_.fleet.start_load(group, posts);
  }
  state.load_start = now();
}

void Controller::publish(GroupIndex group, const PublishStep& step) {
  publishes_ordered_ += device_count(group) * step.count;
  parts_.fleet.publish(group, step);
}

void Controller::close_power_off_books(GroupIndex group) {
  GroupState& state = groups_[group];
  if (state.before_off) return;
  OffBooks books;
  books.online = parts_.fleet.online(group);
  const std::string& name = parts_.scenario.groups[group].name;
  const FleetReport report = parts_.fleet.report();
  for (const DeviceFailure& failure : report.failures) {
    if (failure.group == name) books.failures.push_back(failure);
  }
  if (const auto total = report.failures_by_group.find(name); total != report.failures_by_group.end()) books.failures_total = total->second;
  state.before_off = std::move(books);
}

std::vector<const Controller::OffBooks*> Controller::off_books() const {
  std::vector<const OffBooks*> books;
  for (const GroupState& state : groups_) {
    if (state.before_off) books.push_back(&*state.before_off);
  }
  return books;
}

void Controller::power_off(GroupIndex group, const PowerOffStep& step) {
  close_power_off_books(group);
  parts_.fleet.power_off(group, step);
  // The group may come back by another bring_online, and its load with it.
  if (groups_[group].load_start) parts_.fleet.stop_load(group);
  groups_[group].load_start.reset();
  groups_[group].started = false;
}

HandoverOutcome Controller::hand_over(GroupIndex group, DeviceRange devices, const DistributeStep& step) {
  HandoverOutcome total;
  if (parts_.platform == nullptr && parts_.managed == nullptr) {
    total.refused = nobody;
    total.refused_devices = devices.count;
    return total;
  }
  distribute_used_ = true;
  const GroupRange& range = parts_.roster.groups[group];
  const auto product_at = [&](std::uint64_t i) { return parts_.roster.product_key(range.first + i); };
  // A job names one product; a file of real devices may hold several.
  for (std::uint64_t first = devices.first; first < devices.first + devices.count;) {
    std::uint64_t end = first + 1;
    while (end < devices.first + devices.count && product_at(end) == product_at(first)) ++end;
    const DeviceRange part{first, end - first};
    if (parts_.options.taps != nullptr) parts_.options.taps->on_distribute(tapped(group, part), step.targets, now());
    const HandoverOutcome one = parts_.platform != nullptr ? parts_.platform->hand_over(range, part, step, distribute_entry_)
                                                           : parts_.managed->hand_over(range, part, step, distribute_entry_,
                                                                                       [this](Duration d) { return pause(d); });
    total.handed_over += one.handed_over;
    total.failed += one.failed;
    total.waiting += one.waiting;
    if (!one.refused.empty()) total.refused_devices += part.count;  // its job was for this product; others may have been created
    if (total.stopped.empty()) total.stopped = one.stopped;
    if (total.refused.empty()) total.refused = one.refused;
    if (total.first_failure.empty()) total.first_failure = one.first_failure;
    first = end;
  }
  return total;
}

std::string Controller::misbehave(const platform::MisbehaviourRule& rule) {
  wrongs_[rule.name.empty() ? rule.kind : rule.name] = kNever;
  return orders() != nullptr ? orders()->misbehave(rule) : std::string{nobody};
}

Result<std::size_t, std::string> Controller::find_device(std::string_view name) const {
  const auto found = sim::find_device(parts_.scenario, parts_.roster, name);
  if (!found) return fail(found.error().what);
  return std::size_t{*found};
}

/// What its group was told before stays told: a device that got power by itself is not the executor's.
std::string Controller::command(std::size_t device, const DeviceOrder& order) {
  if (!parts_.scenario.groups[parts_.roster.devices[device].group].behind.empty())
    return parts_.roster.full_name(device) + " has no link of its own: it speaks through a gateway";
  parts_.fleet.command(parts_.roster.spec(device), order);
  return {};
}

void Controller::report(GroupIndex group, const ReportStep& step) {
  if (!parts_.scenario.groups[group].behind.empty()) return;  // a gateway's devices report nothing themselves
  publishes_ordered_ += device_count(group) * things_in(step);
  parts_.fleet.report_things(group, step);
}

WorkCount Controller::refused_reports() { return parts_.fleet.refused_reports(); }

PlatformOrders* Controller::orders() const {
  if (parts_.platform != nullptr) return parts_.platform;
  return parts_.managed;
}

namespace {

/// Of the devices that registered without being known: what the platform has given them, the fleet was never told.
std::map<std::size_t, std::string> told_secrets(const Scenario& scenario, const Roster& roster, const std::vector<std::size_t>& devices,
                                                PlatformOrders* orders) {
  std::vector<std::size_t> unknown;
  for (const std::size_t device : devices)
    if (scenario.groups[roster.devices[device].group].registration == Registration::mqtt_nwl) unknown.push_back(device);
  std::map<std::size_t, std::string> told;
  if (unknown.empty() || orders == nullptr) return told;
  std::vector<std::string> instances;
  for (const ExternalInstance& instance : scenario.external.instances) instances.push_back(instance.id);
  std::vector<std::string> secrets = orders->secrets_of(unknown, instances);
  for (std::size_t i = 0; i < unknown.size(); ++i) told.emplace(unknown[i], std::move(secrets[i]));
  return told;
}

WorkCount nobody_to_ask(std::uint64_t devices) {
  return {.asked = devices, .done = 0, .refused = devices, .first_reason = std::string{nobody}};
}

}  // namespace

JobCount Controller::retry_jobs(const std::string& name) {
  if (parts_.options.taps != nullptr) parts_.options.taps->on_retry(now());
  return orders() != nullptr ? orders()->retry_jobs(name) : JobCount{};
}

WorkCount Controller::begin_upgrade(GroupIndex group, const UpgradeStep& step) {
  return orders() != nullptr ? orders()->begin_upgrade(parts_.roster.groups[group], step) : nobody_to_ask(device_count(group));
}

WorkCount Controller::set_property(GroupIndex group, const SetPropertyStep& step) {
  return orders() != nullptr ? orders()->set_property(parts_.roster.groups[group], step) : nobody_to_ask(device_count(group));
}

WorkCount Controller::join_group(GroupIndex group, const JoinGroupStep& step) {
  return orders() != nullptr ? orders()->join_group(parts_.roster.groups[group], step) : nobody_to_ask(device_count(group));
}

WorkCount Controller::change_devices(GroupIndex group, const ChangeDevicesStep& step) {
  const auto change = step.change == DeviceChange::enabled ? RunTaps::Change::readmitted : RunTaps::Change::withdrawn;
  if (parts_.options.taps != nullptr) parts_.options.taps->on_change(tapped(group), change, now());
  return orders() != nullptr ? orders()->change_devices(parts_.roster.groups[group], step) : nobody_to_ask(device_count(group));
}

WorkCount Controller::look(GroupIndex group, const ExpectStep& step) {
  return orders() != nullptr ? orders()->look(parts_.roster.groups[group], step) : nobody_to_ask(device_count(group));
}

/// Elsewhere's registry is out of reach: what was asked to move and has not.
std::uint64_t Controller::in_handover(GroupIndex group) {
  if (parts_.platform != nullptr) return parts_.platform->in_handover(parts_.roster.groups[group]);
  const MoveCount count = moves(group);
  return count.asked > count.moved ? count.asked - count.moved : 0;
}

/// Of the roster: a device in handover is nobody's yet, and a probe would move it.
Result<std::vector<bool>, std::string> Controller::all_in_handover() {
  if (parts_.platform != nullptr) return parts_.platform->all_in_handover();
  if (parts_.managed != nullptr) return parts_.managed->all_in_handover(parts_.scenario.external.instances);
  return std::vector<bool>(parts_.roster.devices.size());  // nobody can have asked one to move
}

ProbeOutcome Controller::probe(const std::vector<GroupIndex>& groups, std::uint32_t sample) {
  ProbeOutcome outcome;
  outcome.error = parts_.prober.obstacle();
  if (!outcome.error.empty()) return outcome;
  const auto in_handover = all_in_handover();
  if (!in_handover) {
    outcome.error = in_handover.error();
    return outcome;
  }
  std::vector<std::size_t> devices;
  for (const GroupIndex group : groups) {
    const GroupRange& range = parts_.roster.groups[group];
    for (std::size_t i = 0; i < range.count; ++i) devices.push_back(range.first + i);
  }
  // An even spread over the fleet rather than its first devices: those of one batch share one fate.
  if (sample > 0 && sample < devices.size()) {
    std::vector<std::size_t> chosen;
    for (std::uint64_t i = 0; i < sample; ++i) chosen.push_back(devices[i * devices.size() / sample]);
    devices = std::move(chosen);
  }
  const auto left_out = static_cast<std::uint64_t>(std::erase_if(devices, [&](std::size_t device) { return (*in_handover)[device]; }));
  const ProbedDevices probed{devices, told_secrets(parts_.scenario, parts_.roster, devices, orders())};
  outcome = parts_.prober.probe(probed, [this] { return pause(Duration{0}); });
  outcome.left_out = left_out;
  if (parts_.options.taps != nullptr) parts_.options.taps->on_probe(outcome, now());
  return outcome;
}

std::uint64_t Controller::online_at_end(GroupIndex group) {
  return groups_[group].before_off ? groups_[group].before_off->online : online(group);
}

std::uint64_t Controller::online_at_end() {
  std::uint64_t online_now = 0;
  for (std::size_t g = 0; g < groups_.size(); ++g) online_now += online_at_end(static_cast<GroupIndex>(g));
  return online_now;
}

std::uint64_t Controller::stranded_elsewhere(GroupIndex group) { return stranded_expected_.contains(group) ? in_handover(group) : 0; }

}  // namespace fleetsim::sim
