// Literal packets for tests: hexadecimal bytes, and text in single quotes.
//
//   wire("32 0b 0003 'a/b' 000a 'data'")   // PUBLISH, QoS 1, packet id 10
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/bytes.hpp"

namespace fleetsim::device::testing {

using Bytes = std::vector<std::uint8_t>;

inline Bytes wire(std::string_view notation) {
  Bytes bytes;
  std::size_t i = 0;
  while (i < notation.size()) {
    if (notation[i] == ' ') {
      ++i;
    } else if (notation[i] == '\'') {
      const std::size_t end = notation.find('\'', i + 1);
      if (end == std::string_view::npos) throw std::invalid_argument("unbalanced quote");
      bytes.insert(bytes.end(), notation.begin() + static_cast<std::ptrdiff_t>(i) + 1, notation.begin() + static_cast<std::ptrdiff_t>(end));
      i = end + 1;
    } else {
      bytes.push_back(static_cast<std::uint8_t>(std::stoul(std::string(notation.substr(i, 2)), nullptr, 16)));
      i += 2;
    }
  }
  return bytes;
}

inline std::string hex(ByteView bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 0x0FU];
  }
  return text;
}

}  // namespace fleetsim::device::testing
