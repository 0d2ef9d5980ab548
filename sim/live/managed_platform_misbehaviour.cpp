// What a platform that is served elsewhere does wrong on demand, by its console: rules set, healed, counted, taken back; and who is in
// handover there.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <fmt/format.h>
#include <limits>
#include <variant>

#include "sim/live/managed_platform.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t console_page_size = 200;
constexpr std::size_t console_pages_max = 5000;
constexpr std::string_view refusal_prefix = "iot.";  // of the platform's own codes: it was asked, and said no

std::int64_t milliseconds_of(Duration duration) { return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count(); }

boost::json::object calls_json(const platform::misbehaviour::Calls& calls) {
  if (calls.every != 1) return {{"every", calls.every}};
  boost::json::object json{{"from", calls.first}};
  if (calls.last != std::numeric_limits<std::uint32_t>::max()) json["to"] = calls.last;
  return json;
}

/// As the console takes it: durations in milliseconds, which their names say.
boost::json::object rule_json(const platform::MisbehaviourRule& rule) {
  boost::json::object json{{"kind", rule.kind}, {"share", rule.share}};
  if (!rule.name.empty()) json["name"] = rule.name;
  if (!rule.devices.empty()) json["devices"] = boost::json::array(rule.devices.begin(), rule.devices.end());
  if (!rule.endpoint.empty()) json["endpoint"] = rule.endpoint;
  if (rule.calls) json["calls"] = calls_json(*rule.calls);
  if (rule.times > 0) json["times"] = rule.times;
  if (rule.lasts > Duration{0}) json["lasts_ms"] = milliseconds_of(rule.lasts);
  boost::json::object arguments;
  for (const auto& argument : rule.arguments) {
    if (const auto* const number = std::get_if<std::int64_t>(&argument.value)) arguments[argument.name] = *number;
    if (const auto* const text = std::get_if<std::string>(&argument.value)) arguments[argument.name] = *text;
    if (const auto* const duration = std::get_if<Duration>(&argument.value)) arguments[argument.name + "_ms"] = milliseconds_of(*duration);
  }
  if (!arguments.empty()) json["arguments"] = std::move(arguments);
  return json;
}

std::uint64_t count_at(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  boost::json::error_code error;
  const auto count = value != nullptr ? value->to_number<std::uint64_t>(error) : 0;
  return error ? 0 : count;
}

bool is_true(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::string delete_path(std::string_view rule) { return fmt::format("/misbehaviour/{}/delete", percent_encoded(rule)); }

}  // namespace

std::string ManagedPlatform::misbehave(const platform::MisbehaviourRule& rule) {
  const auto set = client_->console({endpoint_.target_uid, "POST", "/misbehaviour", boost::json::serialize(rule_json(rule))});
  if (!set) return set.error();
  rules_set_.insert(text_at(*set, "name"));
  return {};
}

Result<std::vector<ManagedPlatform::RuleCount>, std::string> ManagedPlatform::rules() {
  const auto answer = client_->console({endpoint_.target_uid, "GET", "/misbehaviour"});
  if (!answer) return fail(answer.error());
  const auto* all = answer->if_contains("rules");
  if (all == nullptr || !all->is_array()) return fail(std::string("console /misbehaviour: the answer has no rules"));
  std::vector<RuleCount> counts;
  for (const auto& one : all->get_array())
    if (one.is_object()) counts.push_back({text_at(one.get_object(), "name"), count_at(one.get_object(), "fired")});
  return counts;
}

HealOutcome ManagedPlatform::heal(const std::vector<std::string>& names) {
  HealOutcome outcome;
  const auto known = rules();
  if (!known) {
    outcome.error = known.error();
    return outcome;
  }
  for (const std::string& name : names)
    if (std::none_of(known->begin(), known->end(), [&](const RuleCount& rule) { return rule.name == name; }))
      outcome.error = fmt::format("the platform has no misbehaviour \"{}\"", name);
  for (const RuleCount& rule : *known) {
    if (!names.empty() && std::find(names.begin(), names.end(), rule.name) == names.end()) continue;
    const auto deleted = client_->console({endpoint_.target_uid, "POST", delete_path(rule.name)});
    if (!deleted) {
      outcome.error = deleted.error();
      continue;
    }
    rules_set_.erase(rule.name);
    misbehaviour_[rule.name] += rule.fired;
    outcome.healed.push_back({rule.name, rule.fired});
  }
  return outcome;
}

std::map<std::string, std::uint64_t> ManagedPlatform::misbehaviour() {
  std::map<std::string, std::uint64_t> fired = misbehaviour_;
  if (rules_set_.empty()) return fired;
  const auto known = rules();
  if (!known) return fired;
  for (const RuleCount& rule : *known)
    if (rules_set_.contains(rule.name)) fired[rule.name] += rule.fired;
  return fired;
}

void ManagedPlatform::take_back_rules() {
  client_->set_pause({});  // whoever it asked whether to go on may be gone
  while (!rules_set_.empty()) {
    const auto deleted = client_->console({endpoint_.target_uid, "POST", delete_path(*rules_set_.begin())});
    if (!deleted && !deleted.error().starts_with(refusal_prefix)) return;
    rules_set_.erase(rules_set_.begin());
  }
}

Result<std::set<std::string>, std::string> ManagedPlatform::names_in_handover(const std::string& holder, std::string_view product,
                                                                              const std::string& instance) {
  std::set<std::string> names;
  for (std::size_t page = 1; page <= console_pages_max; ++page) {
    const auto answer = client_->console({holder, "GET",
                                          fmt::format("/products/{}/devices?instance={}&page={}&page_size={}", percent_encoded(product),
                                                      percent_encoded(instance), page, console_page_size)});
    // The product is not there: neither is a device of it.
    if (!answer && answer.error().starts_with(refusal_prefix)) return names;
    if (!answer) return fail(answer.error());
    const auto* devices = answer->if_contains("devices");
    if (devices == nullptr || !devices->is_array() || devices->get_array().empty()) return names;
    for (const auto& one : devices->get_array())
      if (one.is_object() && is_true(one.get_object(), "in_handover")) names.insert(text_at(one.get_object(), "device"));
  }
  return names;
}

Result<std::vector<bool>, std::string> ManagedPlatform::all_in_handover(const std::vector<ExternalInstance>& instances) {
  // A job that has not come to its end has handed some devices over to its recipient, who lists them, and others not.
  std::set<std::string> holders{endpoint_.target_uid};
  for (const auto& [name, id] : account_ids_) holders.insert(id);
  std::map<std::string, std::set<std::string>> known;  // by product
  std::vector<bool> result(roster_.devices.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::string product{roster_.product_key(i)};
    const auto [names, is_new] = known.emplace(product, std::set<std::string>{});
    for (const std::string& holder : is_new ? holders : std::set<std::string>{}) {
      for (const ExternalInstance& instance : instances) {
        auto there = names_in_handover(holder, product, instance.id);
        if (!there) return fail(there.error());
        names->second.merge(*there);
      }
    }
    result[i] = names->second.contains(roster_.device_name(i));
  }
  return result;
}

}  // namespace fleetsim::sim
