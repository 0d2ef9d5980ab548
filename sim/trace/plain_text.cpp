#include "sim/trace/plain_text.hpp"

#include <algorithm>
#include <cstdint>

#include "sim/trace/trace_limits.hpp"

namespace fleetsim::sim {
namespace {

struct Letter {
  std::size_t bytes = 0;  // 0: none begins here
  std::uint32_t code_point = 0;
};

Letter letter_at(std::string_view text, std::size_t at) {
  const auto first = static_cast<std::uint8_t>(text[at]);
  if (first < 0x80) return {1, first};
  if (first < 0xc2 || first > 0xf4) return {};
  const std::size_t bytes = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (text.size() - at < bytes) return {};
  std::uint32_t code_point = first & (0x7fU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<std::uint8_t>(text[at + i]);
    if ((next & 0xc0U) != 0x80) return {};
    code_point = (code_point << 6) | (next & 0x3fU);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
  return code_point < least[bytes] || surrogate || code_point > 0x10ffff ? Letter{} : Letter{bytes, code_point};
}

bool is_blank(std::uint32_t code_point) { return code_point == '\t' || code_point == '\r' || code_point == '\n'; }

/// C0, DEL, C1: a terminal would obey them. The line separators would break a line.
bool is_control(std::uint32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0) || code_point == 0x2028 || code_point == 0x2029;
}

template <class Accepts>
bool all_letters(std::string_view text, Accepts accepts) {
  for (std::size_t at = 0; at < text.size();) {
    const Letter letter = letter_at(text, at);
    if (letter.bytes == 0 || !accepts(letter.code_point)) return false;
    at += letter.bytes;
  }
  return true;
}

}  // namespace

bool is_utf8(std::string_view text) {
  return all_letters(text, [](std::uint32_t) { return true; });
}

bool is_readable(std::string_view text) {
  return all_letters(text, [](std::uint32_t code_point) { return is_blank(code_point) || !is_control(code_point); });
}

std::string hex_bytes(ByteView bytes, std::size_t bytes_max) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes.first(std::min(bytes.size(), bytes_max))) {
    if (!text.empty()) text += ' ';
    text += digits[byte >> 4];
    text += digits[byte & 15U];
  }
  if (bytes.size() > bytes_max) text.append(" ... (").append(std::to_string(bytes.size())).append(" bytes)");
  return text;
}

std::string plain_text(std::string_view bytes, std::size_t bytes_max) {
  if (!is_readable(bytes)) return hex_bytes(bytes_of(bytes), std::min(bytes_max, trace_limits::hex_bytes_shown));
  std::size_t end = std::min(bytes.size(), bytes_max);
  while (end < bytes.size() && end > 0 && (static_cast<std::uint8_t>(bytes[end]) & 0xc0U) == 0x80) --end;
  std::string text(bytes.substr(0, end));
  for (char& c : text)
    if (is_blank(static_cast<std::uint8_t>(c))) c = ' ';
  if (end < bytes.size()) text.append(" ... (").append(std::to_string(bytes.size())).append(" bytes)");
  return text;
}

}  // namespace fleetsim::sim
