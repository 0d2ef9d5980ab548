#include "sim/report/number_text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace fleetsim::sim {
namespace {

/// Three significant digits without trailing zeros of a fraction.
std::string three_digits(double value) {
  const int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  std::string text = fmt::format("{:.{}f}", value, decimals);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

bool continues_letter(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

std::string count_text(std::uint64_t value) {
  const std::string digits = std::to_string(value);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string seconds_text(double seconds) {
  if (!std::isfinite(seconds) || seconds <= 0) return "0s";
  if (seconds < 0.0009995) return three_digits(seconds * 1e6) + "µs";
  if (seconds < 0.9995) return three_digits(seconds * 1e3) + "ms";
  if (seconds < 99.95) return three_digits(seconds) + "s";
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  return fmt::format("{}m{:02}s", whole / 60, whole % 60);
}

std::string decimal_text(double value) {
  if (!std::isfinite(value)) return "-";
  if (value >= 0 && value < 1e15 && value == std::floor(value)) return count_text(static_cast<std::uint64_t>(value));
  std::string text = fmt::format("{:.3f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string bytes_text(double bytes) {
  if (!std::isfinite(bytes) || bytes <= 0) return "0B";
  if (bytes < 1000) return three_digits(bytes) + "B";
  if (bytes < 1e6) return three_digits(bytes / 1e3) + "KB";
  return three_digits(bytes / 1e6) + "MB";
}

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !continues_letter(c); }));
}

std::string padded_right(std::string_view text, std::size_t width) {
  const std::size_t used = columns_of(text);
  return std::string{text} + std::string(used < width ? width - used : 0, ' ');
}

std::string padded_left(std::string_view text, std::size_t width) {
  const std::size_t used = columns_of(text);
  return std::string(used < width ? width - used : 0, ' ') + std::string{text};
}

std::string shortened(std::string_view text, std::size_t width) {
  if (columns_of(text) <= width || width < 3) return std::string{text};
  std::size_t bytes = 0;
  for (std::size_t columns = 0; bytes < text.size(); ++bytes)
    if (!continues_letter(text[bytes]) && ++columns > width - 3) break;
  return std::string{text.substr(0, bytes)} + "...";
}

}  // namespace fleetsim::sim
