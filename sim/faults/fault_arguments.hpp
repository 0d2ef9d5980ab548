// What can be set about a kind of fault, and what a spec has set: the values that a kind is made of.
//
//   constexpr FaultParameter parameters[] = {{.name = "timeout", .type = FaultValue::duration, .what = "…", .max = an_hour_us}};
//   const FaultArguments arguments(parameters, spec.arguments);   // what is not given is standard
//   arguments.duration("timeout");
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "devicecore/base/time.hpp"
#include "sim/faults/fault_spec.hpp"

namespace fleetsim::sim {

enum class FaultValue : std::uint8_t {
  duration,  // microseconds
  size,      // bytes
  share,     // parts of share_whole
  whole,
  choice,  // position in `choices`; the first is standard
};

inline constexpr std::int64_t a_minute_us = 60'000'000;
inline constexpr std::int64_t an_hour_us = 60 * a_minute_us;

struct FaultParameter {  // NOLINT(clang-analyzer-optin.performance.Padding): a few of them, in the order in which they are written down
  std::string_view name;
  FaultValue type{};
  std::string_view what;  // one line for people
  std::int64_t standard = 0;
  std::int64_t min = 0;
  std::int64_t max = 0;
  bool is_required = false;
  std::span<const std::string_view> choices = {};
};

/// From 0% to 100%.
constexpr FaultParameter share_parameter(std::string_view name, std::string_view what, std::int64_t standard = 0) {
  return {.name = name, .type = FaultValue::share, .what = what, .standard = standard, .max = static_cast<std::int64_t>(share_whole)};
}
constexpr FaultParameter choice_parameter(std::string_view name, std::string_view what, std::span<const std::string_view> choices) {
  return {.name = name, .type = FaultValue::choice, .what = what, .max = static_cast<std::int64_t>(choices.size()) - 1, .choices = choices};
}

class FaultArguments {
 public:
  FaultArguments(std::span<const FaultParameter> parameters, const std::vector<FaultArgument>& given)
      : parameters_(parameters), given_(given) {}

  bool has(std::string_view name) const { return find(name) != nullptr; }
  // Precondition: the kind has a parameter of that name and type.
  std::int64_t whole(std::string_view name) const {
    if (const FaultArgument* argument = find(name)) return argument->value;
    for (const FaultParameter& parameter : parameters_)
      if (parameter.name == name) return parameter.standard;
    return 0;
  }
  Duration duration(std::string_view name) const { return Duration{whole(name)}; }
  std::uint64_t size(std::string_view name) const { return static_cast<std::uint64_t>(whole(name)); }
  std::uint64_t share(std::string_view name) const { return static_cast<std::uint64_t>(whole(name)); }

 private:
  const FaultArgument* find(std::string_view name) const {
    for (const FaultArgument& argument : given_)
      if (argument.name == name) return &argument;
    return nullptr;
  }
  std::span<const FaultParameter> parameters_;
  const std::vector<FaultArgument>& given_;
};

}  // namespace fleetsim::sim
