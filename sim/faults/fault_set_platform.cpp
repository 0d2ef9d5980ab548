// What faults have the platform do, and when.
#include <utility>

#include "sim/faults/fault_set.hpp"

namespace fleetsim::sim {

void FaultSet::plan(PlatformChange change) {
  const auto behind =
      std::find_if(changes_.begin(), changes_.end(), [&change](const PlatformChange& other) { return other.at > change.at; });
  changes_.insert(behind, std::move(change));
}

void FaultSet::plan_platform(Entry& entry, const FaultSpec& spec) {
  if (const std::optional<Duration> downtime = entry.fault->crash()) {
    plan({.kind = PlatformChange::Kind::crash, .at = entry.from, .rule = {.name = entry.name}});
    plan({.kind = PlatformChange::Kind::come_back, .at = entry.from + *downtime, .rule = {.name = entry.name}});
    return;
  }
  std::optional<platform::misbehaviour::Rule> rule = entry.kind->takes_rule ? spec.rule : entry.fault->rule();
  if (!rule || entry.toxicity == 0) return;
  rule->name = entry.name;
  rule->share = static_cast<double>(entry.toxicity) / static_cast<double>(share_whole);
  if (!spec.groups.empty())
    for (std::size_t group = 0; group < places_.devices.size(); ++group)
      if (group < entry.groups.size() && entry.groups[group])
        rule->devices.insert(rule->devices.end(), places_.devices[group].begin(), places_.devices[group].end());
  // A rule is about one endpoint or all.
  std::vector<std::string> endpoints;
  for (const auto& [region, instance] : places_.instances)
    if (std::find(spec.regions.begin(), spec.regions.end(), region) != spec.regions.end()) endpoints.push_back(instance);
  if (spec.regions.empty()) endpoints.emplace_back();
  for (const std::string& endpoint : endpoints) {
    const std::string name = endpoint.empty() ? entry.name : entry.name + "." + endpoint;
    entry.rules.push_back(name);
    rule->name = name;
    rule->endpoint = endpoint;
    plan({.kind = PlatformChange::Kind::set_rule, .at = entry.from, .rule = *rule, .fault = entry.name});
    if (entry.window().until != kNever)
      plan({.kind = PlatformChange::Kind::remove_rule, .at = entry.window().until, .rule = {.name = name}, .fault = entry.name});
  }
}

void FaultSet::unplan_platform(const Entry& entry, Instant now) {
  bool begin_waits = false;
  bool end_waits = false;
  const bool is_rule = entry.kind->target == FaultTarget::platform_rule;
  std::erase_if(changes_, [&](const PlatformChange& change) {
    const bool is_its =
        is_rule ? std::find(entry.rules.begin(), entry.rules.end(), change.rule.name) != entry.rules.end() : change.rule.name == entry.name;
    if (!is_its) return false;
    begin_waits |= change.kind == PlatformChange::Kind::set_rule || change.kind == PlatformChange::Kind::crash;
    end_waits |= change.kind == PlatformChange::Kind::remove_rule || change.kind == PlatformChange::Kind::come_back;
    return true;
  });
  if (begin_waits) return;  // nobody has been told of it
  const bool is_endless = is_rule && entry.toxicity > 0 && entry.window().until == kNever;
  if (!end_waits && !is_endless) return;
  if (!is_rule) return plan({.kind = PlatformChange::Kind::come_back, .at = now, .rule = {.name = entry.name}});
  for (const std::string& rule : entry.rules)
    plan({.kind = PlatformChange::Kind::remove_rule, .at = now, .rule = {.name = rule}, .fault = entry.name});
}

std::vector<PlatformChange> FaultSet::take_platform_changes(Instant now) {
  std::vector<PlatformChange> due;
  while (!changes_.empty() && changes_.front().at <= now) {
    due.push_back(std::move(changes_.front()));
    changes_.erase(changes_.begin());
  }
  for (const PlatformChange& change : due) {
    if (change.kind != PlatformChange::Kind::crash) continue;
    for (const auto& entry : entries_)
      if (!entry->is_removed && entry->name == change.rule.name) count(*entry);
  }
  return due;
}

}  // namespace fleetsim::sim
