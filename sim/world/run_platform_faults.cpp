// What the platform of a run does wrong on demand, and its crash.
#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "platform-mock/core/misbehaviour/engine.hpp"
#include "sim/world/run_platform.hpp"

namespace fleetsim::sim {

using platform::Output;
using platform::Platform;

std::string RunPlatform::misbehave(const platform::MisbehaviourRule& rule) {
  std::string error;
  host_->call([&](Platform& platform, Output&, Instant now) {
    const auto name = platform.misbehaviour().add(rule, now);
    if (!name) error = name.error().message;
  });
  return error;
}

HealOutcome RunPlatform::heal(const std::vector<std::string>& names) {
  HealOutcome outcome;
  host_->call([&](Platform& platform, Output&, Instant now) {
    platform::misbehaviour::Engine& engine = platform.misbehaviour();
    std::vector<std::string> wanted = names;
    for (const auto& view : engine.rules(now)) {
      const auto named = std::find(wanted.begin(), wanted.end(), view.rule.name);
      if (!names.empty() && named == wanted.end()) continue;
      if (named != wanted.end()) wanted.erase(named);
      outcome.healed.push_back({view.rule.name, view.fired + fired_before_[view.rule.name]});
      fired_before_.erase(view.rule.name);
    }
    for (const HealedRule& rule : outcome.healed) engine.remove(rule.name);
    if (!wanted.empty()) outcome.error = fmt::format("the platform has no misbehaviour \"{}\"", wanted.front());
  });
  return outcome;
}

/// What the run has set up in the platform's process is set up anew; what the run's rules have done is not forgotten.
std::string RunPlatform::crash() {
  std::vector<platform::MisbehaviourRule> rules;
  host_->call([&](Platform& platform, Output&, Instant now) {
    for (const auto& view : platform.misbehaviour().rules(now)) {
      rules.push_back(view.rule);
      fired_before_[view.rule.name] += view.fired;
    }
  });
  std::string error = host_->crash();
  if (!error.empty()) return error;
  host_->call([&](Platform& platform, Output&, Instant now) {
    prepare(platform);
    platform.misbehaviour().remove_all();
    for (platform::MisbehaviourRule& rule : rules)
      if (const auto name = platform.misbehaviour().add(std::move(rule), now); !name) error = name.error().message;
    for (std::size_t i = 0; i < indexes_.size(); ++i) {
      indexes_[i] = platform.registry().find_device(roster_.product_key(i), roster_.device_name(i));
    }
  });
  return error;
}

std::string RunPlatform::come_back() { return host_->come_back(); }

}  // namespace fleetsim::sim
