#include "platform-mock/core/misbehaviour/engine.hpp"

#include <algorithm>
#include <utility>

#include "platform-mock/core/misbehaviour/list.hpp"
#include "platform-mock/core/random_stream.hpp"

namespace fleetsim::platform::misbehaviour {
namespace {

bool matches(std::string_view pattern, std::string_view who) {
  if (pattern.ends_with('*')) return who.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == who;
}

}  // namespace

Engine::Engine(const Registry& registry, const Settings& settings)
    : registry_(registry), settings_(settings), late_(settings.held_bytes_max), planned_(settings.job_faults_max) {}

Result<std::string, RuleProblem> Engine::add(Rule rule, Instant now) {
  if (auto problem = problem_of(rule)) return fail(std::move(*problem));
  if (rules_.size() >= settings_.rules_max) {
    if (limits_ != nullptr) limits_->reached(LimitKind::misbehaviour_rules);
    return fail(RuleProblem{"", "there are " + std::to_string(settings_.rules_max) + " rules already (limits.misbehaviour_rules)"});
  }
  if (!rule.endpoint.empty() && rule.endpoint != bootstrap_endpoint && !registry_.find_instance(rule.endpoint))
    return fail(RuleProblem{"endpoint", "endpoint: there is no instance \"" + rule.endpoint.substr(0, 64) + "\""});
  if (rule.name.empty()) rule.name = free_name(rule.kind);
  if (std::any_of(rules_.begin(), rules_.end(), [&](const auto& one) { return one->rule.name == rule.name; }))
    return fail(RuleProblem{"name", "there is a rule \"" + rule.name + "\" already"});
  auto active = std::make_unique<Active>();
  active->kind = find_kind(rule.kind);
  active->arguments = *Arguments::resolve(active->kind->parameters, rule.arguments);
  if (!rule.calls) rule.calls = active->kind->behaviour.index() == situation_index<JobDevice>() ? first_calls(1) : Calls{};
  if (rule.lasts > Duration{0}) active->until = now + rule.lasts;
  active->rule = std::move(rule);
  rules_.push_back(std::move(active));
  sort_rules();
  return rules_.back()->rule.name;
}

bool Engine::remove(std::string_view name) {
  if (std::erase_if(rules_, [name](const auto& one) { return one->rule.name == name; }) == 0) return false;
  sort_rules();
  return true;
}

std::size_t Engine::remove_all() {
  const std::size_t count = rules_.size();
  rules_.clear();
  sort_rules();
  return count;
}

std::vector<RuleView> Engine::rules(Instant now) const {
  std::vector<RuleView> views;
  views.reserve(rules_.size());
  for (const auto& one : rules_) views.push_back({.rule = one->rule, .calls = one->calls, .fired = one->fired, .over = one->over(now)});
  return views;
}

bool Engine::throttles(const Subject& subject, std::int64_t second, const Moment& moment) {
  for (Active* const active : active_[situation_index<UplinkMessage>()]) {
    if (!active->rule.endpoint.empty() && active->rule.endpoint != subject.endpoint) continue;
    Known* const known = known_of(*active, subject);
    if (known == nullptr || !counts(*active, *known, moment)) continue;
    UplinkMessage message{.second = second, .window = known->window, .in_window = known->in_window, .dropped = false};
    std::get<Behaviour<UplinkMessage>>(active->kind->behaviour).act(active->arguments, message);
    known->window = message.window;
    known->in_window = message.in_window;
    if (!message.dropped) continue;
    fire(*active, subject, moment);
    return true;
  }
  return false;
}

JobFault Engine::before(const Job& job, std::size_t position, Instant now, Output& output) {
  if (const JobFault planned = planned_.before(job, position, now, output); planned != JobFault::none) return planned;
  if (!busy<JobDevice>()) return JobFault::none;
  JobDevice device{.position = position, .fault = JobDevice::Fault::none};
  act(device, {.job = job.id, .endpoint = job.request.source.view()}, {now, output});
  switch (device.fault) {
    case JobDevice::Fault::none:
      break;
    case JobDevice::Fault::jitter:
      return JobFault::jitter;
    case JobDevice::Fault::stall:
      return JobFault::stall;
  }
  return JobFault::none;
}

/// Null: the rule does not choose them. Whether it does is worked out once.
Engine::Known* Engine::known_of(Active& active, const Subject& subject) {
  if (subject.device) {
    const auto [at, is_new] = active.devices.try_emplace(*subject.device);
    if (is_new) {
      const DeviceRecord& record = registry_.device(*subject.device);
      std::string who{registry_.product(record.product).config.key.view()};
      who.append("/").append(record.name);
      at->second.chosen = chooses(active, who);
    }
    return at->second.chosen ? &at->second : nullptr;
  }
  if (!active.rule.devices.empty()) return nullptr;
  if (!subject.job.empty()) {
    const auto [at, is_new] = active.jobs.try_emplace(std::string{subject.job});
    if (is_new) at->second.chosen = is_drawn(active, subject.job);
    return at->second.chosen ? &at->second : nullptr;
  }
  return is_drawn(active, std::to_string(++active.draws)) ? &active.everybody : nullptr;
}

bool Engine::chooses(const Active& active, std::string_view who) const {
  const auto& patterns = active.rule.devices;
  const bool is_named = patterns.empty() ||
                        std::any_of(patterns.begin(), patterns.end(), [who](const std::string& pattern) { return matches(pattern, who); });
  return is_named && is_drawn(active, who);
}

/// A function of the seed and the two names: the same in every run, whatever else happens.
bool Engine::is_drawn(const Active& active, std::string_view who) const {
  if (active.rule.share >= 1) return true;
  constexpr double steps = 9007199254740992.0;  // 2^53
  std::string text = active.rule.name;
  text.append("|").append(who);
  return static_cast<double>(RandomStream(settings_.seed, text).next() >> 11) < active.rule.share * steps;
}

/// Counts the call, and says whether the rule fires at it.
bool Engine::counts(Active& active, Known& known, const Moment& moment) {
  if (active.over(moment.now)) return false;
  ++active.calls;
  return active.rule.calls->has(++known.calls);
}

void Engine::fire(Active& active, const Subject& subject, const Moment& moment) {
  ++fired_;
  ++active.fired;
  PlatformEvent event;
  event.kind = PlatformEventKind::misbehaved;
  if (subject.device) {
    const DeviceRecord& record = registry_.device(*subject.device);
    event.product_key = registry_.product(record.product).config.key.view();
    event.device_name = record.name;
    event.device = subject.device->value;
  }
  event.instance = subject.endpoint;
  event.region = subject.region;
  event.job = subject.job;
  event.reason = active.rule.name;
  event.peer = subject.peer;
  moment.output.event(event);
}

void Engine::sort_rules() {
  for (auto& list : active_) list.clear();
  for (const auto& one : rules_) active_[one->kind->behaviour.index()].push_back(one.get());
}

std::string Engine::free_name(std::string_view kind) const {
  std::string name{kind};
  for (std::size_t n = 2; std::any_of(rules_.begin(), rules_.end(), [&](const auto& one) { return one->rule.name == name; }); ++n)
    name = std::string{kind} + "-" + std::to_string(n);
  return name;
}

}  // namespace fleetsim::platform::misbehaviour
