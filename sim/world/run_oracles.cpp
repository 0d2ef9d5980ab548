#include "sim/world/run_oracles.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

#include "devicecore/firmware_profile.hpp"
#include "sim/faults/fault_arguments.hpp"
#include "sim/faults/list.hpp"
#include "sim/steps/step_host.hpp"
#include "sim/world/fleet_identities.hpp"
#include "sim/world/shard.hpp"

namespace fleetsim::sim {

class RunOracles::Side final : public SideTap {
 public:
  Side(const FleetFacts& facts, Seat seat, DeviceShare share, const RosterIndex& index) : watch(facts, seat, share), index_(index) {}

  void on_wire(const WireEvent& event) override { watch.on_wire(event); }
  void on_kept_back(const WireEvent& event) override { watch.on_kept_back(event); }
  void on_device_event(std::uint32_t device, const device::Event& event, Instant now) override {
    watch.on_device_event(device, now, event);
  }
  void on_mishap(std::uint32_t device, Mishap mishap, Instant now) override { watch.on_mishap(device, mishap, now); }
  void on_platform_event(const platform::PlatformEvent& event, Instant now) override {
    const auto known = event.device_name.empty() ? std::nullopt : index_.find(event.product_key, event.device_name);
    const std::uint32_t device = known ? static_cast<std::uint32_t>(*known) : no_device;
    watch.on_platform_event(device, now, event);
  }

  InvariantWatch watch;

 private:
  const RosterIndex& index_;
};

namespace {

/// Moments at which a clock is set, and the worst that clocks are told to do, by faults that the scenario names.
void note_clock_fault(const FaultSpec& fault, FleetFacts& facts) {
  const FaultKind* const kind = find_fault_kind(fault.kind);
  if (kind == nullptr || kind->target != FaultTarget::clock) return;
  const FaultArguments arguments(kind->parameters, fault.arguments);
  if (fault.kind == "clock_skew") {
    const std::int64_t worst = std::abs(arguments.whole("ppm")) + arguments.whole("spread");
    facts.clock_rate_error_ppm += worst;  // several of them add up
    return;
  }
  facts.clock_jump_max += Duration{std::abs(arguments.duration("by").count())} + arguments.duration("spread");
  facts.clock_jumps.push_back(Instant{fault.from});
  if (fault.until != fault_forever) facts.clock_jumps.push_back(Instant{fault.until});
}

std::uint16_t position_of(const std::vector<std::string>& instances, std::string_view id) {
  const auto found = std::find(instances.begin(), instances.end(), id);
  return found == instances.end() ? no_instance : static_cast<std::uint16_t>(found - instances.begin());
}

std::uint16_t home_of(const platform::PlatformConfig& config, const std::vector<std::string>& instances, std::string_view product) {
  for (const auto& one : config.products)
    if (one.key.view() == product) return position_of(instances, one.instance.view());
  return no_instance;
}

}  // namespace

RunOracles::RunOracles(const Scenario& scenario) : scenario_(scenario) {}
RunOracles::~RunOracles() = default;

void RunOracles::begin(const RunRuntime& runtime, const Roster& roster, std::size_t shards) {
  gather_facts(runtime, roster, shards);
  index_ = std::make_unique<RosterIndex>(roster);
  const auto devices = static_cast<std::uint32_t>(roster.devices.size());
  const auto stride = static_cast<std::uint32_t>(shards);
  for (std::uint32_t shard = 0; shard < stride; ++shard) {
    const std::uint32_t count = shard < devices ? (devices - shard - 1) / stride + 1 : 0;
    sides_.push_back(std::make_unique<Side>(facts_, Seat::fleet, DeviceShare{.first = shard, .stride = stride, .count = count}, *index_));
  }
  sides_.push_back(std::make_unique<Side>(facts_, Seat::platform, DeviceShare{.count = devices}, *index_));
}

void RunOracles::gather_facts(const RunRuntime& runtime, const Roster& roster, std::size_t shards) {
  for (std::size_t g = 0; g < scenario_.groups.size(); ++g) {
    GroupFacts group = documented_group(scenario_.groups[g].profile, runtime.group_configs[g]);
    group.name = scenario_.groups[g].name;
    if (!scenario_.groups[g].behind.empty()) group.comeback = Comeback::never;  // it has no links of its own
    facts_.groups.push_back(std::move(group));
  }
  for (const auto& instance : scenario_.platform.instances) facts_.instances.emplace_back(instance.id.view());
  facts_.links_are_free = scenario_.connects_in_flight / std::max<std::size_t>(shards, 1) >= roster.devices.size();
  facts_.source_grace = scenario_.platform.source_grace;
  facts_.limits_connects = scenario_.platform.limits.mode == platform::LimitsMode::documented;
  for (const FaultSpec& fault : scenario_.faults) note_clock_fault(fault, facts_);
  for (const Step& step : scenario_.steps)
    if (const auto* inject = std::get_if<InjectStep>(&step.action); inject != nullptr && inject->fault.kind.starts_with("clock_"))
      facts_.clocks_may_jump_any_time = true;
  names_.reserve(roster.devices.size());
  identities_.reserve(roster.devices.size());
  for (std::size_t i = 0; i < roster.devices.size(); ++i) {
    names_.push_back(roster.full_name(i));
    const device::Identity& identity = identities_.emplace_back(roster.identity(i));
    facts_.devices.push_back({.product_key = identity.product_key(),
                              .device_name = identity.device_name(),
                              .secret = identity.device_secret(),
                              .group = roster.devices[i].group,
                              .home = home_of(scenario_.platform, facts_.instances, identity.product_key())});
  }
}

SideTap* RunOracles::device_side(std::size_t shard) { return sides_[shard].get(); }
SideTap* RunOracles::platform_side() { return sides_.back().get(); }

void RunOracles::tell(const FleetOrder& order) {
  for (const auto& side : sides_) side->watch.on_order(order);
}

/// Where a job names no instance, or one that nobody knows, the platform chooses: it may be any.
std::vector<std::uint16_t> RunOracles::positions_of(std::span<const std::string> instances) const {
  std::vector<std::uint16_t> positions;
  for (const std::string& id : instances) positions.push_back(position_of(facts_.instances, id));
  if (!positions.empty() && std::find(positions.begin(), positions.end(), no_instance) == positions.end()) return positions;
  positions.resize(facts_.instances.size());
  std::iota(positions.begin(), positions.end(), std::uint16_t{0});
  return positions;
}

void RunOracles::on_distribute(TappedDevices devices, std::span<const std::string> targets, Instant now) {
  orders_.push_back({devices, positions_of(targets)});
  tell(
      {.kind = FleetOrder::Kind::distribute, .at = now, .first = devices.first, .count = devices.count, .targets = orders_.back().targets});
}

/// Which of the jobs go on is the platform's to say: as if all of them were asked for anew.
void RunOracles::on_retry(Instant now) {
  for (const Order& order : orders_)
    tell({.kind = FleetOrder::Kind::distribute,
          .at = now,
          .first = order.devices.first,
          .count = order.devices.count,
          .targets = order.targets});
}

void RunOracles::on_change(TappedDevices devices, Change change, Instant now) {
  const auto kind = change == Change::withdrawn ? FleetOrder::Kind::withdraw : FleetOrder::Kind::readmit;
  tell({.kind = kind, .at = now, .first = devices.first, .count = devices.count});
}

void RunOracles::on_phase(Phase phase, Instant now) {
  for (const auto& side : sides_) side->watch.on_phase(phase, now);
}

void RunOracles::on_probe(const ProbeOutcome& outcome, Instant now) {
  for (const ProbeOutcome::Answers& answers : outcome.answers) {
    std::vector<std::uint16_t> accepted;
    std::vector<std::uint16_t> unclear;
    for (const std::string& id : answers.accepted_at) accepted.push_back(position_of(facts_.instances, id));
    for (const std::string& id : answers.unclear) unclear.push_back(position_of(facts_.instances, id));
    sides_.back()->watch.on_probe(
        {.device = static_cast<std::uint32_t>(answers.device), .at = now, .accepted = accepted, .no_answer = unclear});
  }
}

void RunOracles::on_kept(std::uint32_t device, std::span<const std::uint16_t> instances, Instant now) {
  sides_.back()->watch.on_kept({.device = device, .at = now, .instances = instances});
}

void RunOracles::at_end(Instant now) {
  for (const auto& side : sides_) side->watch.at_end(now);
}

void RunOracles::add_to(RunResult& result) const {
  const Findings found = findings();
  for (std::size_t i = 0; i < found.exercised.size(); ++i) result.invariants[std::string(invariant_kinds()[i].name)] = found.exercised[i];
  const std::vector<Violation>& kept = found.violations.kept();
  const std::size_t told = std::min(kept.size(), failures_listed_max);
  for (std::size_t i = 0; i < told; ++i)
    result.violations.push_back(fmt::format("{}: {} at {:.6f} s: {}", kept[i].invariant, device_name(kept[i].device),
                                            static_cast<double>(kept[i].at.time_since_epoch().count()) / microseconds_per_second,
                                            kept[i].words));
  if (found.violations.total() > told)
    result.violations.push_back(fmt::format("and {} more violations of invariants", found.violations.total() - told));
  if (found.violations.total() > 0 && result.verdict == Verdict::pass) result.verdict = Verdict::fail;
}

Findings RunOracles::findings() const {
  Findings all;
  for (const auto& side : sides_) all.merge(side->watch.findings());
  return all;
}

}  // namespace fleetsim::sim
