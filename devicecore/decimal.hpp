// Decimal numbers out of text that a peer sent: all of it must be digits, nothing may overflow. (strtol would be a libc symbol, and
// forgives far too much.)
//
//   if (const auto port = parse_decimal(text, 65535)) use(*port);
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fleetsim::device {

/// The same as parse_decimal(); `maximum` is at most 2^63 / 10.
constexpr std::optional<std::uint64_t> parse_long_decimal(std::string_view text, std::uint64_t maximum) {
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
    if (value > maximum) return std::nullopt;
  }
  return value;
}

/// Nothing when `text` is empty, is not digits only, or is more than `maximum`.
constexpr std::optional<std::uint32_t> parse_decimal(std::string_view text, std::uint32_t maximum) {
  const auto value = parse_long_decimal(text, maximum);
  if (!value) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

/// The same with an optional minus sign, for the result codes of JSON answers.
constexpr std::optional<std::int32_t> parse_signed_decimal(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  const auto magnitude = parse_decimal(text, 0x7fffffffU);
  if (!magnitude) return std::nullopt;
  const auto value = static_cast<std::int32_t>(*magnitude);
  return negative ? -value : value;
}

}  // namespace fleetsim::device
