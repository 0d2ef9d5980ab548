// CRC-32 (IEEE 802.3) for what is kept in flash. Four bits at a time: a table for bytes would cost 1 KB of flash for ever, this one 64
// bytes.
#pragma once

#include <array>
#include <cstdint>

#include "devicecore/base/bytes.hpp"

namespace fleetsim::device {

inline constexpr std::array<std::uint32_t, 16> crc32_of_four_bits = [] {
  std::array<std::uint32_t, 16> table{};
  for (std::uint32_t value = 0; value < table.size(); ++value) {
    std::uint32_t crc = value;
    for (int bit = 0; bit < 4; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
    table[value] = crc;
  }
  return table;
}();

inline std::uint32_t crc32(ByteView bytes, std::uint32_t before = 0) {
  std::uint32_t crc = ~before;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    crc = (crc >> 4) ^ crc32_of_four_bits[crc & 0xfU];
    crc = (crc >> 4) ^ crc32_of_four_bits[crc & 0xfU];
  }
  return ~crc;
}

}  // namespace fleetsim::device
