#include "sim/sweep/drawn_rules.hpp"

#include <string>

#include "platform-mock/core/misbehaviour/list.hpp"

namespace fleetsim::sim {
namespace {

namespace wrong = platform::misbehaviour;

// Not drawn, for the invariants do not know them: Retry-After (backoff_respected) and bootstrap_http (connects_where_told reads no chunks).
constexpr std::array<DrawnRule, 14> bootstrap_rules = {{
    {"bootstrap_status", {{{"status", 400, 599}}}},
    {"bootstrap_redirect", {{{"status", 301, 308}}}},
    {"bootstrap_empty", {}},
    {"bootstrap_code", {{{"code", 400, 599}}}},
    {"bootstrap_bad_json", {{{"shape"}}}},
    {"bootstrap_wrong_port", {{{"port", 1, 1'000}}}},
    {"bootstrap_wrong_host", {}},
    {"bootstrap_cut", {{{"within"}}}},
    {"bootstrap_close", {}},
    {"bootstrap_silent", {}},
    {"bootstrap_late", {{{"delay", 100, 15'000, 100}}}},
    {"bootstrap_slow", {{{"piece_bytes", 1, 64}, {"every", 10, 500, 10}}}},
    {"bootstrap_split", {}},
    {"bootstrap_odd_port", {{{"shape"}}}},
}};

constexpr std::array<DrawnRule, 6> session_rules = {{
    {"mqtt_connack", {{{"code", 1, 5}}}},
    {"mqtt_no_connack", {}},
    {"mqtt_close", {{{"at"}, {"after", 0, 5'000, 100}}}},
    {"mqtt_kick", {{{"after", 0, 5'000, 100}}}},
    // A notify that is swallowed is told again only when its device comes back, which nobody makes it do: it would be stranded.
    {"mqtt_silent", {{{.name = "packet", .never = "notify"}}}},
    {"mqtt_late", {{{"packet"}, {"delay", 100, 10'000, 100}}}},
}};

constexpr std::array<DrawnRule, 1> notify_rules = {{
    {"notify_malformed", {{{"shape"}, {"right_one_after", 100, 10'000, 100}}}},
}};

wrong::Argument draw_argument(const DrawnRuleSetting& setting, const wrong::Parameter& parameter, RandomStream& random) {
  const auto steps = static_cast<std::uint32_t>((setting.most - setting.least) / setting.step + 1);
  const std::string name{setting.name};
  switch (parameter.type) {
    case wrong::ParameterType::whole:
      return {name, setting.least + setting.step * random.below(steps)};
    case wrong::ParameterType::duration:
      return {name, Duration{std::chrono::milliseconds{setting.least + setting.step * random.below(steps)}}};
    case wrong::ParameterType::choice: {
      const auto words = static_cast<std::uint32_t>(parameter.choices.size());
      const std::uint32_t word = random.below(words);
      return {name, std::string{parameter.choices[parameter.choices[word] == setting.never ? (word + 1) % words : word]}};
    }
    case wrong::ParameterType::text:
      break;
  }
  return {name, std::string{parameter.standard_text}};
}

}  // namespace

std::span<const DrawnRule> drawn_rules(DrawnRules which) {
  switch (which) {
    case DrawnRules::bootstrap:
      return bootstrap_rules;
    case DrawnRules::session:
      return session_rules;
    case DrawnRules::notify:
      return notify_rules;
  }
  return {};
}

wrong::Rule draw_rule(std::span<const DrawnRule> rules, RandomStream& random) {
  const DrawnRule& drawn = rules[random.below(static_cast<std::uint32_t>(rules.size()))];
  wrong::Rule rule{.kind = std::string{drawn.kind}};
  const wrong::Kind* const kind = wrong::find_kind(drawn.kind);
  for (const DrawnRuleSetting& setting : drawn.settings)
    for (const wrong::Parameter& parameter : kind->parameters)
      if (!setting.name.empty() && parameter.name == setting.name) rule.arguments.push_back(draw_argument(setting, parameter, random));
  switch (random.below(4)) {
    case 0:
      rule.calls = wrong::first_calls(1 + random.below(3));
      break;
    case 1:
      rule.calls = wrong::Calls{.every = 2 + random.below(3)};
      break;
    default:
      break;  // every call
  }
  return rule;
}

}  // namespace fleetsim::sim
