#include "platform-mock/core/console/utf8.hpp"

#include <cstdint>

namespace fleetsim::platform {
namespace {

/// Bytes of the sequence that `first` begins, and the range of its second byte, which is where the forbidden ones differ. 0: none.
struct Sequence {
  std::size_t bytes = 0;
  std::uint8_t second_min = 0x80;
  std::uint8_t second_max = 0xbf;
};

Sequence sequence_of(std::uint8_t first) {
  if (first < 0x80) return {1};
  if (first >= 0xc2 && first <= 0xdf) return {2};
  if (first == 0xe0) return {3, 0xa0, 0xbf};
  if (first == 0xed) return {3, 0x80, 0x9f};
  if (first >= 0xe1 && first <= 0xef) return {3};
  if (first == 0xf0) return {4, 0x90, 0xbf};
  if (first >= 0xf1 && first <= 0xf3) return {4};
  if (first == 0xf4) return {4, 0x80, 0x8f};
  return {0};
}

}  // namespace

std::optional<std::size_t> first_bad_utf8(std::string_view text) {
  const auto byte = [text](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  for (std::size_t at = 0; at < text.size();) {
    const Sequence sequence = sequence_of(byte(at));
    if (sequence.bytes == 0 || at + sequence.bytes > text.size()) return at;
    for (std::size_t i = 1; i < sequence.bytes; ++i) {
      const std::uint8_t least = i == 1 ? sequence.second_min : 0x80;
      const std::uint8_t most = i == 1 ? sequence.second_max : 0xbf;
      if (byte(at + i) < least || byte(at + i) > most) return at;
    }
    at += sequence.bytes;
  }
  return std::nullopt;
}

}  // namespace fleetsim::platform
