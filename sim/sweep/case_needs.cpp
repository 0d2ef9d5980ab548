#include "sim/sweep/case_needs.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "sim/invariants/list.hpp"
#include "sim/invariants/sometimes.hpp"
#include "sim/sweep/random_faults.hpp"

namespace fleetsim::sim {
namespace {

std::uint8_t needs_met_by(const FaultSpec& fault) {
  if (fault.kind == "power_cut") return sometimes_needs::cuts;
  if (fault.kind == "dns_failure") return sometimes_needs::lost_names;
  if (fault.kind == "misbehaviour" && fault.rule && fault.rule->kind == "notify_duplicate") return sometimes_needs::doubled_notifies;
  if (fault.kind == "duplicate_notify") return sometimes_needs::doubled_notifies;
  const bool is_about_clocks = fault.kind == "clock_skew" || fault.kind == "clock_jump";
  const bool is_about_answers =
      fault.kind == "misbehaviour" || fault.kind == "stale_endpoint" || fault.kind == "late_notify" || fault.kind == "platform_crash";
  return is_about_clocks || is_about_answers ? sometimes_needs::nothing : sometimes_needs::link_faults;
}

/// After which somebody must try again.
bool breaks_links(const FaultSpec& fault) {
  constexpr std::array<std::string_view, 6> breaking = {"partition",   "region_down", "bootstrap_outage",
                                                        "dns_failure", "reset_peer",  "platform_crash"};
  return std::find(breaking.begin(), breaking.end(), fault.kind) != breaking.end();
}

/// By its profile, as documents have it (sim/invariants/documented_firmware.cpp).
bool bootstraps(const FleetGroup& group) {
  return group.profile != "legacy" && group.profile != "node-sdk" && group.auth == AuthStyle::device_secret &&
         group.registration == Registration::none;
}

bool posts_properties(const FleetGroup& group) {
  return group.count > 0 && (group.property_post_interval > Duration{0} || (group.load && group.load->topic.empty()));
}

}  // namespace

std::uint8_t needs_met_by(const Scenario& scenario) {
  std::uint8_t met = sometimes_needs::nothing;
  std::size_t moves = 0;
  for (const Step& step : scenario.steps) {
    if (std::holds_alternative<DistributeStep>(step.action)) ++moves;
    if (const auto* publish = std::get_if<PublishStep>(&step.action); publish != nullptr && publish->qos == 1)
      met |= sometimes_needs::publishes;
    if (const auto* inject = std::get_if<InjectStep>(&step.action)) met |= needs_met_by(inject->fault);
  }
  if (moves > 0) met |= sometimes_needs::moves;
  if (moves > 1) met |= sometimes_needs::several_moves;
  for (const FleetGroup& group : scenario.groups)
    if (group.load && !group.load->topic.empty() && group.load->qos == 1) met |= sometimes_needs::publishes;
  for (const FaultSpec& fault : scenario.faults) met |= needs_met_by(fault);
  return met;
}

std::uint8_t needs_within_reach(const Scenario& scenario) {
  std::uint8_t met = needs_met_by(scenario);
  if (!scenario.random_faults || scenario.random_faults->at_most == 0) return met;
  const std::vector<std::string>& wanted = scenario.random_faults->kinds;
  for (const std::string_view kind : drawn_fault_kinds())
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), kind) != wanted.end()) met |= needs_met_by({.kind = std::string{kind}});
  return met;
}

std::uint8_t invariant_needs_met_by(const Scenario& scenario) {
  std::uint8_t met = invariant_needs::nothing;
  const auto any_group = [&](const auto& holds) { return std::any_of(scenario.groups.begin(), scenario.groups.end(), holds); };
  if (any_group(bootstraps)) met |= invariant_needs::bootstraps;
  if (any_group(posts_properties)) met |= invariant_needs::posts;
  if ((needs_met_by(scenario) & sometimes_needs::publishes) != 0) met |= invariant_needs::publishes;
  if (std::any_of(scenario.faults.begin(), scenario.faults.end(), breaks_links)) met |= invariant_needs::breakdowns;
  for (const Step& step : scenario.steps)
    if (std::holds_alternative<ProbeStep>(step.action)) met |= invariant_needs::probes;
  return met;
}

}  // namespace fleetsim::sim
