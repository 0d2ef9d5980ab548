#include "devicecore/mqtt_text.hpp"

#include <cstdint>

namespace fleetsim::device::mqtt {
namespace {

struct Sequence {
  std::size_t bytes = 0;  // 0: cannot begin a sequence
  std::uint32_t smallest = 0;
  std::uint32_t leading_bits = 0;
};

/// What a first byte of 0x80 and more announces (RFC 3629 §3).
Sequence announced_by(std::uint8_t first) {
  if (first >= 0xC2 && first <= 0xDF) return {2, 0x80, first & 0x1FU};
  if (first >= 0xE0 && first <= 0xEF) return {3, 0x800, first & 0x0FU};
  if (first >= 0xF0 && first <= 0xF4) return {4, 0x10000, first & 0x07U};
  return {};
}

/// Length of the well-formed sequence at the start of `text`, 0 when there is none.
std::size_t sequence_bytes(std::string_view text) {
  const Sequence sequence = announced_by(static_cast<std::uint8_t>(text.front()));
  if (sequence.bytes == 0 || text.size() < sequence.bytes) return 0;
  std::uint32_t code_point = sequence.leading_bits;
  for (std::size_t i = 1; i < sequence.bytes; ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    if ((byte & 0xC0U) != 0x80U) return 0;
    code_point = (code_point << 6) | (byte & 0x3FU);
  }
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point < sequence.smallest || code_point > 0x10FFFF || surrogate) return 0;
  return sequence.bytes;
}

bool contains(std::string_view text, char a, char b) {
  for (const char c : text)
    if (c == a || c == b) return true;
  return false;
}

}  // namespace

bool is_mqtt_text(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    if (byte == 0) return false;
    const std::size_t bytes = byte < 0x80 ? 1 : sequence_bytes(std::string_view{text.data() + i, text.size() - i});
    if (bytes == 0) return false;
    i += bytes;
  }
  return true;
}

bool is_topic_name(std::string_view text) {
  return !text.empty() && text.size() <= string_bytes_max && !contains(text, '+', '#') && is_mqtt_text(text);
}

bool is_topic_filter(std::string_view text) {
  if (text.empty() || text.size() > string_bytes_max || !is_mqtt_text(text)) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '+' && text[i] != '#') continue;
    const bool last = i + 1 == text.size();
    const bool begins_level = i == 0 || text[i - 1] == '/';
    const bool ends_level = last || text[i + 1] == '/';
    if (!begins_level || !ends_level || (text[i] == '#' && !last)) return false;
  }
  return true;
}

}  // namespace fleetsim::device::mqtt
