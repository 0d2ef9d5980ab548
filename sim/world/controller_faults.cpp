// Faults: those of the scenario from the run's begin on, those that steps inject and heal, and what the platform is told of them.
#include <fmt/format.h>
#include <utility>

#include "sim/faults/fault_check.hpp"
#include "sim/faults/own_fault.hpp"
#include "sim/world/controller.hpp"

namespace fleetsim::sim {
namespace {

constexpr const char* nobody_to_tell = "nobody to ask: external.management does not say where orders go";

}  // namespace

void Controller::begin_faults() {
  const auto tell = [this](const std::string& error) { step_report_.failures.push_back(fmt::format("faults: {}", error)); };
  for (const FaultSpec& fault : parts_.scenario.faults) {
    const std::string error = inject(fault);
    if (!error.empty()) tell(error);
  }
  if (parts_.options.own_faults == nullptr) return;
  for (OwnFault& own : (*parts_.options.own_faults)()) {
    const auto added = inject(std::move(own));
    if (!added) tell(added.error());
  }
}

std::string Controller::inject(const FaultSpec& fault) {
  if (parts_.faults == nullptr) return "this run carries out no faults";
  const auto added = parts_.faults->add(fault, now());
  if (!added) return added.error();
  note_fault(fault, *added);
  serve_faults();
  return {};
}

Result<std::string, std::string> Controller::inject(OwnFault own) {
  if (parts_.faults == nullptr) return fail(std::string("this run carries out no faults"));
  if (own.fault == nullptr) return fail(std::string("there is no fault"));
  FaultPlaces places = fault_places(parts_.scenario);
  places.regions = parts_.runtime.tag_names.regions;
  if (const auto problems = problems_of_own(own.spec, places); !problems.empty())
    return fail(fmt::format("{}: {}", problems.front().field, problems.front().message));
  parts_.clock.keep_to_one_thread();  // what a program brings is seldom made for several, and its answers may depend on their order
  const FaultSpec spec = own.spec;
  auto added = parts_.faults->add(std::move(own), now());
  if (added) note_fault(spec, *added);
  return added;
}

/// Faults end first, for the platform's rules among them are theirs; what is no fault is a rule that a step or the configuration set.
HealOutcome Controller::heal(const std::vector<std::string>& names) {
  HealOutcome outcome;
  std::vector<std::string> rules;
  const std::vector<std::string> all = parts_.faults != nullptr ? parts_.faults->names() : std::vector<std::string>{};
  for (const std::string& name : names.empty() ? all : names) {
    const std::optional<FaultCount> healed = parts_.faults != nullptr ? parts_.faults->remove(name, now()) : std::nullopt;
    if (!healed) {
      rules.push_back(name);
      continue;
    }
    wrongs_.erase(name);
    serve_faults();
    const bool is_told = healed->target == FaultTarget::platform_rule;
    outcome.healed.push_back({name, is_told ? fault_rules_fired_[name] : healed->acted, HealedRule::What::fault});
  }
  const bool has_only_faults = names.empty() ? !all.empty() && orders() == nullptr : rules.empty();
  if (has_only_faults) return outcome;
  for (const std::string& name : rules) wrongs_.erase(name);
  if (names.empty()) wrongs_.clear();
  HealOutcome told = orders() != nullptr ? orders()->heal(rules) : HealOutcome{{}, nobody_to_tell};
  outcome.healed.insert(outcome.healed.end(), told.healed.begin(), told.healed.end());
  outcome.error = std::move(told.error);
  return outcome;
}

void Controller::serve_faults() {
  if (parts_.faults == nullptr || parts_.faults->next_platform_change() > now()) return;
  for (const PlatformChange& change : parts_.faults->take_platform_changes(now())) {
    const std::string error = tell_platform(change);
    if (!error.empty()) step_report_.failures.push_back(fmt::format("fault {}: {}", change.rule.name, error));
  }
}

/// Empty: it is done.
std::string Controller::tell_platform(const PlatformChange& change) {
  if (orders() == nullptr) return nobody_to_tell;
  switch (change.kind) {
    case PlatformChange::Kind::set_rule:
      return orders()->misbehave(change.rule);
    case PlatformChange::Kind::remove_rule: {
      const HealOutcome outcome = orders()->heal({change.rule.name});
      for (const HealedRule& rule : outcome.healed) fault_rules_fired_[change.fault] += rule.fired;
      return outcome.error;
    }
    case PlatformChange::Kind::crash:
      return orders()->crash();
    case PlatformChange::Kind::come_back:
      return orders()->come_back();
  }
  return {};
}

std::map<std::string, std::uint64_t> Controller::faults_acted() const {
  std::map<std::string, std::uint64_t> acted;
  if (parts_.faults == nullptr) return acted;
  for (const FaultCount& count : parts_.faults->counts())
    if (count.target != FaultTarget::platform_rule) acted[count.name] += count.acted;
  return acted;
}

}  // namespace fleetsim::sim
