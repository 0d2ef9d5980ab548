// What a seed has the platform do wrong: kinds of misbehaviour that devices live through, each with the range of its settings. Whom, how
// many and when is said by the fault that carries the rule.
//
//   fault.rule = draw_rule(drawn_rules(DrawnRules::bootstrap), random);
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "platform-mock/core/misbehaviour/rule.hpp"
#include "sim/random.hpp"

namespace fleetsim::sim {

/// Drawn evenly in steps from `least` to `most`, in milliseconds of a duration; of a choice any word but `never`.
struct DrawnRuleSetting {
  std::string_view name;
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::int64_t step = 1;
  std::string_view never = {};
};
struct DrawnRule {
  std::string_view kind;
  std::array<DrawnRuleSetting, 2> settings{};
};

enum class DrawnRules : std::uint8_t { bootstrap, session, notify };
std::span<const DrawnRule> drawn_rules(DrawnRules which);

/// One of them; at every call, or at some calls of each device.
platform::misbehaviour::Rule draw_rule(std::span<const DrawnRule> rules, RandomStream& random);

}  // namespace fleetsim::sim
