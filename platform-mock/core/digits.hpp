// Numbers in text that peers send.
//
//   const auto page = decimal_in<std::uint32_t>("12");   // nothing for "", "12x", "-1", or what does not fit
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace fleetsim::platform {

/// 0..15, or -1 for what is no hex digit.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The whole text as a number that is not negative.
template <std::integral Number>
std::optional<Number> decimal_in(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.front() == '-' || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace fleetsim::platform
