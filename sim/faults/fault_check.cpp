#include "sim/faults/fault_check.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

#include "platform-mock/core/misbehaviour/rule.hpp"
#include "sim/config/suggest.hpp"
#include "sim/config/units.hpp"
#include "sim/faults/list.hpp"
#include "sim/faults/own_fault.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {
namespace {

class FaultCheck {
 public:
  FaultCheck(const FaultSpec& spec, const FaultPlaces& places) : spec_(spec), places_(places) {}

  std::vector<FaultProblem> all() {
    check_what_all_have();
    const FaultKind* const kind = find_fault_kind(spec_.kind);
    if (kind == nullptr) {
      std::vector<std::string_view> words;
      for (const FaultKind& known : fault_kinds()) words.push_back(known.name);
      const std::string hint = suggest(spec_.kind, words);
      add("kind", fmt::format("no kind \"{}\"{}", spec_.kind, hint.empty() ? "; known are " + join_choices(words) : hint));
      return std::move(problems_);
    }
    check_place(*kind);
    check_arguments(*kind);
    return std::move(problems_);
  }

  std::vector<FaultProblem> own() {
    check_what_all_have();
    check_place(own_fault_kind());
    check_arguments(own_fault_kind());
    return std::move(problems_);
  }

 private:
  void check_what_all_have() {
    check_name();
    check_window();
    if (spec_.toxicity > share_whole) add("toxicity", "expected a share from 0 to 1");
    check_words("groups", "group", spec_.groups, places_.groups);
    check_words("regions", "region", spec_.regions, places_.regions);
  }

  void add(std::string_view field, std::string message) { problems_.push_back({std::string{field}, std::move(message)}); }

  void check_name() {
    const auto is_letter = [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    };
    if (spec_.name.size() > fault_name_bytes_max || !std::all_of(spec_.name.begin(), spec_.name.end(), is_letter))
      add("name", fmt::format("expected 1 to {} of A-Z a-z 0-9 - _ .", fault_name_bytes_max));
  }

  void check_window() {
    if (spec_.from < Duration{0}) add("from", "must not be negative");
    if (spec_.until <= spec_.from)
      add("until", fmt::format("must be after from, which is {}", spec_.from > Duration{0} ? format_duration(spec_.from) : "0s"));
  }

  void check_words(std::string_view field, std::string_view what, const std::vector<std::string>& wanted,
                   const std::vector<std::string>& known) {
    std::vector<std::string_view> words;
    for (const std::string& word : known)
      if (!word.empty()) words.emplace_back(word);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (std::find(words.begin(), words.end(), wanted[i]) == words.end()) {
        add(field, words.empty() ? fmt::format("no {} \"{}\": here none is known", what, wanted[i]) : no_such_word(what, wanted[i], words));
      } else if (std::find(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(i), wanted[i]) !=
                 wanted.begin() + static_cast<std::ptrdiff_t>(i)) {
        add(field, fmt::format("\"{}\" stands here twice", wanted[i]));
      }
    }
  }

  /// What a kind does not know must not be said: it would be without effect.
  void check_place(const FaultKind& kind) {
    const bool is_link = kind.target == FaultTarget::link;
    const auto refuse = [&](bool is_given, std::string_view field, std::string_view why) {
      if (is_given) add(field, fmt::format("{} takes no {}: {}", kind.name, field, why));
    };
    if (!is_link) {
      const std::string_view why = kind.target == FaultTarget::clock || kind.target == FaultTarget::power
                                       ? "it befalls devices, not links"
                                       : "it befalls the platform, not links";
      refuse(spec_.leg.has_value(), "leg", why);
      refuse(spec_.per.has_value(), "per", why);
      if (kind.target == FaultTarget::clock) refuse(!spec_.regions.empty(), "regions", "a clock stays wrong wherever its device goes");
      if (kind.target == FaultTarget::platform_crash) refuse(!spec_.regions.empty(), "regions", "all of the platform crashes");
    } else if (kind.only_leg && spec_.leg && *spec_.leg != *kind.only_leg) {
      add("leg", fmt::format("{} is about the {} leg", kind.name, *kind.only_leg == FaultLeg::bootstrap ? "bootstrap" : "mqtt"));
    }
    if (!kind.has_direction) refuse(spec_.direction.has_value(), "direction", "it has none");
    if (kind.only_leg == FaultLeg::bootstrap) refuse(!spec_.regions.empty(), "regions", "the bootstrap endpoint is in none");
    if (kind.needs_regions && spec_.regions.empty()) add("regions", "missing: which");
    if (!spec_.regions.empty() && spec_.leg == FaultLeg::bootstrap)
      add("leg", "the bootstrap endpoint is in no region: with regions, leg is mqtt or both");
    if (kind.target == FaultTarget::platform_crash) {
      refuse(!spec_.groups.empty(), "groups", "all devices see it");
      refuse(spec_.toxicity != share_whole, "toxicity", "all devices see it");
      refuse(spec_.until != fault_forever, "until", "it is back after its downtime");
    }
    if (kind.target == FaultTarget::platform_rule) {
      check_patterns();
      check_rule_names();
    }
    check_rule(kind);
  }

  /// Whom and when the fault itself says; what the rule has of that would be said twice.
  void check_rule(const FaultKind& kind) {
    if (!kind.takes_rule) {
      if (spec_.rule) add("rule", fmt::format("{} takes no rule: misbehaviour does", kind.name));
      return;
    }
    if (!spec_.rule) return add("rule", "missing: what the platform does wrong");
    const platform::misbehaviour::Rule& rule = *spec_.rule;
    const auto refuse = [&](bool is_given, std::string_view field, std::string_view instead) {
      if (is_given) add("rule", fmt::format("{}: say {} of the fault instead", field, instead));
    };
    refuse(!rule.name.empty(), "name", "name");
    refuse(!rule.devices.empty(), "devices", "groups");
    refuse(rule.share != 1.0, "share", "toxicity");
    refuse(!rule.endpoint.empty(), "endpoint", "regions");
    refuse(rule.lasts != Duration{0}, "lasts", "duration");
  }

  /// One rule for each instance of the regions, its name in the rule's.
  void check_rule_names() {
    if (spec_.regions.empty()) return;
    const std::string& name = spec_.name.empty() ? spec_.kind : spec_.name;
    for (const auto& [region, instance] : places_.instances)
      if (std::find(spec_.regions.begin(), spec_.regions.end(), region) != spec_.regions.end() &&
          name.size() + 1 + instance.size() > platform::misbehaviour::rule_name_bytes_max)
        return add("name", fmt::format("with regions at most {} characters, for the platform is told of \"{}.{}\"",
                                       platform::misbehaviour::rule_name_bytes_max - 1 - instance.size(), name, instance));
  }

  /// The platform's rules know devices by patterns.
  void check_patterns() {
    std::size_t patterns = 0;
    for (std::size_t group = 0; group < places_.groups.size() && group < places_.devices.size(); ++group) {
      if (!is_named(group)) continue;
      patterns += places_.devices[group].size();
      for (std::size_t other = 0; other < places_.groups.size() && other < places_.devices.size(); ++other)
        if (!is_named(other) && are_meant_too(places_.devices[group], places_.devices[other]))
          add("groups", fmt::format("the names of {}'s devices begin as those of {}'s do: the platform cannot tell them apart",
                                    places_.groups[other], places_.groups[group]));
    }
    if (patterns > platform::misbehaviour::device_patterns_max)
      add("groups", fmt::format("the platform can be told of {} devices by name, here are {}", platform::misbehaviour::device_patterns_max,
                                patterns));
  }

  bool is_named(std::size_t group) const {
    return std::find(spec_.groups.begin(), spec_.groups.end(), places_.groups[group]) != spec_.groups.end();
  }

  static bool are_meant_too(const std::vector<std::string>& patterns, const std::vector<std::string>& others) {
    return std::any_of(patterns.begin(), patterns.end(), [&](std::string_view pattern) {
      if (!pattern.ends_with('*')) return false;
      pattern.remove_suffix(1);
      return std::any_of(others.begin(), others.end(), [&](const std::string& other) { return other.starts_with(pattern); });
    });
  }

  void check_arguments(const FaultKind& kind) {
    for (const FaultArgument& argument : spec_.arguments) {
      const auto parameter = std::find_if(kind.parameters.begin(), kind.parameters.end(),
                                          [&](const FaultParameter& known) { return known.name == argument.name; });
      if (parameter == kind.parameters.end())
        add(argument.name, fmt::format("{} takes no {}", kind.name, argument.name));
      else if (argument.value < parameter->min || argument.value > parameter->max)
        add(argument.name, fmt::format("expected {} to {}, found {}", parameter->min, parameter->max, argument.value));
    }
    const FaultArguments arguments(kind.parameters, spec_.arguments);
    for (const FaultParameter& parameter : kind.parameters)
      if (parameter.is_required && !arguments.has(parameter.name)) add(parameter.name, "missing");
    if (kind.check == nullptr) return;
    std::vector<FaultKind::Mistake> mistakes;
    kind.check(arguments, mistakes);
    for (const FaultKind::Mistake& mistake : mistakes) add(mistake.parameter, std::string{mistake.message});
  }

  const FaultSpec& spec_;
  const FaultPlaces& places_;
  std::vector<FaultProblem> problems_;
};

}  // namespace

std::vector<FaultProblem> problems_of(const FaultSpec& spec, const FaultPlaces& places) { return FaultCheck(spec, places).all(); }

std::vector<FaultProblem> problems_of_own(const FaultSpec& spec, const FaultPlaces& places) { return FaultCheck(spec, places).own(); }

FaultPlaces fault_places(const Scenario& scenario) {
  FaultPlaces places;
  places.regions.emplace_back();
  for (const auto& region : scenario.platform.regions) places.regions.emplace_back(region.id.view());
  for (const auto& instance : scenario.platform.instances) places.instances.emplace_back(instance.region.view(), instance.id.view());
  for (const FleetGroup& group : scenario.groups) {
    places.groups.push_back(group.name);
    std::vector<std::string>& devices = places.devices.emplace_back();
    if (group.listed == nullptr) {
      devices.push_back(fmt::format("{}/{}*", group.product, group.device_prefix));
      continue;
    }
    for (const DeviceRow& row : *group.listed) devices.push_back(fmt::format("{}/{}", row.product_key, row.device_name));
  }
  return places;
}

}  // namespace fleetsim::sim
