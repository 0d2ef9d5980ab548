// Views of bytes: what crosses every boundary of both cores. Nothing here owns memory.
//
//   ByteView packet = bytes_of("\xc0\x00");   // a literal as bytes
//   std::string_view text = text_of(payload); // bytes as text, not validated
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace fleetsim {

using ByteView = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

inline ByteView bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

inline std::string_view text_of(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

}  // namespace fleetsim
