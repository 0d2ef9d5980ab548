// What can be set about a kind of misbehaviour, and what a rule has set: the values that a kind reads when it acts.
//
//   constexpr Parameter parameters[] = {whole_parameter("status", "HTTP status", {.standard = 503, .min = 400, .max = 599})};
//   const auto arguments = Arguments::resolve(parameters, rule.arguments);     // what is not given is standard
//   arguments->whole("status");
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"

namespace fleetsim::platform::misbehaviour {

enum class ParameterType : std::uint8_t { whole, duration, text, choice };

inline constexpr std::size_t argument_text_bytes_max = 128;

struct Parameter {
  std::string_view name;
  ParameterType type{};
  std::string_view what;  // one line for people
  // Of a whole number; of a duration, in milliseconds.
  std::int64_t standard = 0;
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::string_view standard_text = {};             // of a text and of a choice
  std::span<const std::string_view> choices = {};  // of a choice: live as long as the program
};

struct Range {
  std::int64_t standard = 0;
  std::int64_t min = 0;
  std::int64_t max = 0;
};
constexpr Parameter whole_parameter(std::string_view name, std::string_view what, Range range) {
  return {.name = name, .type = ParameterType::whole, .what = what, .standard = range.standard, .min = range.min, .max = range.max};
}
/// From 0 to an hour.
constexpr Parameter duration_parameter(std::string_view name, std::string_view what, Duration standard) {
  return {.name = name,
          .type = ParameterType::duration,
          .what = what,
          .standard = std::chrono::duration_cast<std::chrono::milliseconds>(standard).count(),
          .min = 0,
          .max = std::int64_t{3600} * 1000};
}
constexpr Parameter text_parameter(std::string_view name, std::string_view what, std::string_view standard) {
  return {.name = name, .type = ParameterType::text, .what = what, .standard_text = standard};
}
/// The first choice is standard.
constexpr Parameter choice_parameter(std::string_view name, std::string_view what, std::span<const std::string_view> choices) {
  return {.name = name, .type = ParameterType::choice, .what = what, .standard_text = choices.front(), .choices = choices};
}

/// One value as a rule gives it; a choice is given as its word.
struct Argument {
  std::string name;
  std::variant<std::int64_t, Duration, std::string> value;
  friend bool operator==(const Argument&, const Argument&) = default;
};

class Arguments {
 public:
  /// The error says which is wrong and what was expected: "status must be a whole number from 400 to 599".
  static Result<Arguments, std::string> resolve(std::span<const Parameter> parameters, const std::vector<Argument>& given);

  // Precondition: the kind has a parameter of that name and type.
  std::int64_t whole(std::string_view name) const;
  Duration duration(std::string_view name) const;
  std::string_view text(std::string_view name) const;
  std::string_view choice(std::string_view name) const { return text(name); }

 private:
  std::vector<Argument> values_;
};

}  // namespace fleetsim::platform::misbehaviour
