// CRC-32 (IEEE 802.3) for what is kept in flash. Bit by bit: a slot is checked a few times in a device's life, a table would cost 1 KB of
// flash for ever.
#pragma once

#include <cstdint>

#include "devicecore/base/bytes.hpp"

namespace fleetsim::device {

inline std::uint32_t crc32(ByteView bytes, std::uint32_t before = 0) {
  std::uint32_t crc = ~before;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

}  // namespace fleetsim::device
