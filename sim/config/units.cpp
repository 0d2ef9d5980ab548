#include "sim/config/units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace fleetsim::sim {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t microseconds;
};
// Big to small; "ms" stands before "m" and "s" would match inside it, so a unit is the longest run of letters.
constexpr std::array<Unit, 5> units{{{"h", 3'600'000'000}, {"m", 60'000'000}, {"s", 1'000'000}, {"ms", 1'000}, {"us", 1}}};
constexpr double duration_us_max = 1000.0 * 3'600'000'000.0;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration{0};
  double total = 0;
  std::size_t next_unit = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    std::size_t digits = 0;
    while (digits < text.size() && (is_digit(text[digits]) || text[digits] == '.')) ++digits;
    std::size_t letters = digits;
    while (letters < text.size() && is_letter(text[letters])) ++letters;
    const std::optional<double> number = parse_number(text.substr(0, digits));
    if (!number || letters == digits) return std::nullopt;
    const std::string_view name = text.substr(digits, letters - digits);
    while (next_unit < units.size() && units[next_unit].name != name) ++next_unit;
    if (next_unit == units.size()) return std::nullopt;
    total += *number * static_cast<double>(units[next_unit].microseconds);
    ++next_unit;
    if (total > duration_us_max) return std::nullopt;
    text.remove_prefix(letters);
  }
  return Duration{std::llround(total)};
}

std::string format_duration(Duration duration) {
  std::int64_t left = duration.count();
  if (left <= 0) return "0";
  std::string out;
  for (const Unit& unit : units) {
    if (const std::int64_t whole = left / unit.microseconds; whole > 0) {
      out += fmt::format("{}{}", whole, unit.name);
      left -= whole * unit.microseconds;
    }
  }
  return out;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  struct Suffix {
    std::string_view name;
    std::uint64_t bytes;
  };
  static constexpr std::array<Suffix, 5> suffixes{{{"KiB", 1024}, {"MiB", 1'048'576}, {"KB", 1000}, {"MB", 1'000'000}, {"B", 1}}};
  std::uint64_t factor = 1;
  for (const Suffix& suffix : suffixes) {
    if (text.size() > suffix.name.size() && text.substr(text.size() - suffix.name.size()) == suffix.name) {
      factor = suffix.bytes;
      text.remove_suffix(suffix.name.size());
      break;
    }
  }
  const std::optional<std::int64_t> number = parse_integer(text);
  if (!number || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return static_cast<std::uint64_t>(*number) * factor;
}

std::optional<double> parse_share(std::string_view text) {
  if (!text.empty() && text.back() == '%') {
    const std::optional<double> percent = parse_number(text.substr(0, text.size() - 1));
    if (!percent) return std::nullopt;
    return *percent / 100.0;
  }
  return parse_number(text);
}

std::optional<double> parse_number(std::string_view text) {
  if (text.empty() || !(is_digit(text.front()) || text.front() == '-' || text.front() == '.')) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::array<char, 32> digits{};
  std::size_t used = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_' && i > 0 && i + 1 < text.size() && is_digit(text[i - 1]) && is_digit(text[i + 1])) continue;
    if (used == digits.size()) return std::nullopt;
    digits[used++] = text[i];
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + used, value);
  if (used == 0 || error != std::errc{} || end != digits.data() + used) return std::nullopt;
  return value;
}

}  // namespace fleetsim::sim
