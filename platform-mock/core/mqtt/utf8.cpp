#include <cstdint>
#include <cstring>
#include <string_view>

#include "platform-mock/core/mqtt/decoder.hpp"

namespace fleetsim::platform::mqtt {
namespace {

/// Length of the well-formed sequence at the front of `text` (RFC 3629 §4), 0 when there is none. U+0000 counts as none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto continues = [&](std::size_t i, std::uint8_t low, std::uint8_t high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return lead == 0 ? 0 : 1;
  if (lead >= 0xc2 && lead <= 0xdf) return continues(1, 0x80, 0xbf) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const std::uint8_t low = lead == 0xe0 ? 0xa0 : 0x80;   // below: overlong
    const std::uint8_t high = lead == 0xed ? 0x9f : 0xbf;  // above: a surrogate
    return continues(1, low, high) && continues(2, 0x80, 0xbf) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const std::uint8_t low = lead == 0xf0 ? 0x90 : 0x80;
    const std::uint8_t high = lead == 0xf4 ? 0x8f : 0xbf;  // above: beyond U+10FFFF
    return continues(1, low, high) && continues(2, 0x80, 0xbf) && continues(3, 0x80, 0xbf) ? 4 : 0;
  }
  return 0;
}

/// True when all eight bytes are ASCII and none is zero.
bool plain_eight(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  constexpr std::uint64_t high_bits = 0x8080808080808080U;
  constexpr std::uint64_t ones = 0x0101010101010101U;
  return (word & high_bits) == 0 && ((word - ones) & ~word & high_bits) == 0;
}

}  // namespace

bool is_mqtt_text(std::string_view text) {
  while (!text.empty()) {
    if (text.size() >= 8 && plain_eight(text.data())) {
      text.remove_prefix(8);
      continue;
    }
    const std::size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace fleetsim::platform::mqtt
