#include "platform-mock/core/api/parameter_reader.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "platform-mock/core/platform_error.hpp"

namespace fleetsim::platform {
namespace {

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

}  // namespace

std::string_view ParameterReader::required(std::string_view name) {
  const std::string_view value = parameters_.get(name);
  if (value.empty()) wrong(ApiError::gateway(400, "MissingParameter", quoted(name) + " is missing"));
  return value;
}

std::string_view ParameterReader::text(std::string_view name, const TextLimits& limits) {
  const auto value = parameters_.find(name);
  if (!value) return {};
  const std::size_t length = characters(*value);
  if (length < limits.characters_min || length > limits.characters_max)
    wrong(ApiError::business(wrong_format, quoted(name) + " must have " + std::to_string(limits.characters_min) + " to " +
                                               std::to_string(limits.characters_max) + " characters, not " + std::to_string(length)));
  return *value;
}

std::int64_t ParameterReader::whole(std::string_view name, const NumberLimits& limits, std::int64_t fallback) {
  if (parameters_.get(name).empty()) return fallback;
  return number(name, limits).value_or(fallback);
}

std::int64_t ParameterReader::required_whole(std::string_view name, const NumberLimits& limits) {
  if (required(name).empty()) return 0;
  return number(name, limits).value_or(0);
}

bool ParameterReader::flag(std::string_view name, bool fallback) {
  const std::string_view value = parameters_.get(name);
  if (value.empty()) return fallback;
  if (value != "true" && value != "false") wrong(ApiError::business(wrong_format, quoted(name) + " must be true or false"));
  return value == "true";
}

std::string_view ParameterReader::word(std::string_view name, std::initializer_list<std::string_view> words) {
  const std::string_view value = parameters_.get(name);
  if (value.empty() || std::find(words.begin(), words.end(), value) != words.end()) return value;
  std::string message = quoted(name) + " must be one of";
  for (const std::string_view word : words) message.append(" ").append(word);
  wrong(ApiError::business(wrong_format, std::move(message)));
  return {};
}

void ParameterReader::not_served(std::string_view name, std::string_view why) {
  if (!has(name)) return;
  std::string message = quoted(name) + " is not served by this mock";
  if (!why.empty()) message.append(": ").append(why);
  wrong(ApiError::business(wrong_format, std::move(message)));
}

std::vector<std::string_view> ParameterReader::list(std::string_view name, std::string_view member) const {
  std::vector<std::string_view> values;
  std::string key;
  while (values.size() < parameters_.all().size()) {
    key.assign(name).append(".").append(std::to_string(values.size() + 1));
    if (!member.empty()) key.append(".").append(member);
    const auto value = parameters_.find(key);
    if (!value) break;
    values.push_back(*value);
  }
  return values;
}

Page ParameterReader::page(std::size_t size_max, std::size_t size_default) {
  constexpr std::int64_t page_max = 1'000'000;
  const auto read = [this](std::string_view name, std::int64_t max, std::size_t fallback) {
    const std::string_view text = parameters_.get(name);
    if (text.empty()) return fallback;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && end == text.data() + text.size() && value >= 1 && value <= max) return static_cast<std::size_t>(value);
    wrong(ApiError::business("iot.common.InvalidPageParams", quoted(name) + " must be 1 to " + std::to_string(max)));
    return fallback;
  };
  return {read("CurrentPage", page_max, 1), read("PageSize", static_cast<std::int64_t>(size_max), size_default)};
}

void ParameterReader::wrong(ApiError error) {
  if (!error_) error_ = std::move(error);
}

std::optional<std::int64_t> ParameterReader::number(std::string_view name, const NumberLimits& limits) {
  const std::string_view text = parameters_.get(name);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && value >= limits.min && value <= limits.max) return value;
  wrong(ApiError::business(
      wrong_format, quoted(name) + " must be a whole number from " + std::to_string(limits.min) + " to " + std::to_string(limits.max)));
  return std::nullopt;
}

}  // namespace fleetsim::platform
