#include <cstdint>
#include <cstring>
#include <string_view>

#include "platform-mock/core/mqtt/decoder.hpp"
#include "platform-mock/core/utf8.hpp"

namespace fleetsim::platform::mqtt {
namespace {

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
    const std::size_t length = utf8_sequence_bytes(text);
    if (length == 0 || text.front() == '\0') return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace fleetsim::platform::mqtt
