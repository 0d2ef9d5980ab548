#include "platform-mock/core/misbehaviour/arguments.hpp"

#include <algorithm>
#include <utility>

#include "devicecore/base/ensure.hpp"

namespace fleetsim::platform::misbehaviour {
namespace {

using std::chrono::milliseconds;

std::string expected(const Parameter& parameter) {
  std::string name{parameter.name};
  switch (parameter.type) {
    case ParameterType::whole:
      return name + " must be a whole number from " + std::to_string(parameter.min) + " to " + std::to_string(parameter.max);
    case ParameterType::duration:
      return name + " must be a duration from " + std::to_string(parameter.min) + " to " + std::to_string(parameter.max) + " ms";
    case ParameterType::text:
      return name + " must be a text of 1 to " + std::to_string(argument_text_bytes_max) + " printable characters without quotes";
    case ParameterType::choice: {
      std::string text = name + " must be one of";
      for (const std::string_view choice : parameter.choices) text.append(" ").append(choice);
      return text;
    }
  }
  return name;
}

/// Texts go into answers as they are.
bool is_plain(std::string_view text) {
  return !text.empty() && text.size() <= argument_text_bytes_max &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

bool fits(const Parameter& parameter, const Argument& given) {
  const auto in_range = [&](std::int64_t value) { return value >= parameter.min && value <= parameter.max; };
  switch (parameter.type) {
    case ParameterType::whole: {
      const auto* const number = std::get_if<std::int64_t>(&given.value);
      return number != nullptr && in_range(*number);
    }
    case ParameterType::duration: {
      const auto* const duration = std::get_if<Duration>(&given.value);
      return duration != nullptr && in_range(std::chrono::duration_cast<milliseconds>(*duration).count());
    }
    case ParameterType::text: {
      const auto* const text = std::get_if<std::string>(&given.value);
      return text != nullptr && is_plain(*text);
    }
    case ParameterType::choice: {
      const auto* const word = std::get_if<std::string>(&given.value);
      return word != nullptr && std::find(parameter.choices.begin(), parameter.choices.end(), *word) != parameter.choices.end();
    }
  }
  return false;
}

Argument standard_of(const Parameter& parameter) {
  switch (parameter.type) {
    case ParameterType::whole:
      return {std::string{parameter.name}, parameter.standard};
    case ParameterType::duration:
      return {std::string{parameter.name}, std::chrono::duration_cast<Duration>(milliseconds{parameter.standard})};
    case ParameterType::text:
    case ParameterType::choice:
      return {std::string{parameter.name}, std::string{parameter.standard_text}};
  }
  return {};
}

const Argument& find(const std::vector<Argument>& values, std::string_view name) {
  const auto found = std::find_if(values.begin(), values.end(), [name](const Argument& one) { return one.name == name; });
  ensure(found != values.end());
  return *found;
}

}  // namespace

Result<Arguments, std::string> Arguments::resolve(std::span<const Parameter> parameters, const std::vector<Argument>& given) {
  for (const Argument& one : given) {
    const bool known = std::any_of(parameters.begin(), parameters.end(), [&](const Parameter& p) { return p.name == one.name; });
    if (!known) return fail(one.name.substr(0, 64) + " is unknown");
  }
  Arguments arguments;
  for (const Parameter& parameter : parameters) {
    const auto found = std::find_if(given.begin(), given.end(), [&](const Argument& one) { return one.name == parameter.name; });
    if (found != given.end() && !fits(parameter, *found)) return fail(expected(parameter));
    arguments.values_.push_back(found != given.end() ? *found : standard_of(parameter));
  }
  return arguments;
}

std::int64_t Arguments::whole(std::string_view name) const { return std::get<std::int64_t>(find(values_, name).value); }
Duration Arguments::duration(std::string_view name) const { return std::get<Duration>(find(values_, name).value); }
std::string_view Arguments::text(std::string_view name) const { return std::get<std::string>(find(values_, name).value); }

}  // namespace fleetsim::platform::misbehaviour
