// The HMAC that a firmware (or a host) must supply. A table of functions: no virtual calls, no heap.
//
//   std::array<std::uint8_t, kHmacBytesMax> mac;
//   std::size_t n = port.compute(port.context, HmacMethod::sha256, key, content, mac);
#pragma once

#include <cstddef>
#include <cstdint>

#include "devicecore/base/bytes.hpp"

namespace fleetsim {

enum class HmacMethod : std::uint8_t { md5, sha1, sha256 };

inline constexpr std::size_t kHmacBytesMax = 32;

/// Digest length in bytes: 16, 20 or 32.
constexpr std::size_t hmac_bytes(HmacMethod method) {
  switch (method) {
    case HmacMethod::md5:
      return 16;
    case HmacMethod::sha1:
      return 20;
    case HmacMethod::sha256:
      return 32;
  }
  return 0;
}

struct HmacPort {
  /// Writes the digest to `mac` (at least hmac_bytes(method)) and returns its length, 0 on failure. Must not allocate.
  std::size_t (*compute)(void* context, HmacMethod method, ByteView key, ByteView content, MutableBytes mac) = nullptr;
  void* context = nullptr;
};

}  // namespace fleetsim
