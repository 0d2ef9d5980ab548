// The digests that a firmware (or a host) must supply to check what it downloaded. A table of functions over lent memory: no virtual
// calls, no heap.
//
//   alignas(std::max_align_t) std::array<std::uint8_t, kHashStateBytesMax> state;
//   port.start(port.context, HashMethod::sha256, state);
//   port.update(port.context, HashMethod::sha256, state, block);   // as often as there are blocks
//   std::array<std::uint8_t, kHashBytesMax> digest;
//   port.finish(port.context, HashMethod::sha256, state, digest);
#pragma once

#include <cstddef>
#include <cstdint>

#include "devicecore/base/bytes.hpp"

namespace fleetsim {

enum class HashMethod : std::uint8_t { md5, sha256 };

inline constexpr std::size_t kHashBytesMax = 32;
inline constexpr std::size_t kHashStateBytesMax = 256;

/// Digest length in bytes: 16 or 32.
constexpr std::size_t hash_bytes(HashMethod method) {
  switch (method) {
    case HashMethod::md5:
      return 16;
    case HashMethod::sha256:
      return 32;
  }
  return 0;
}

/// `state` has kHashStateBytesMax bytes, aligned for std::max_align_t, and nothing in it needs to be freed. Each returns false on failure.
struct HashPort {
  bool (*start)(void* context, HashMethod method, MutableBytes state) = nullptr;
  bool (*update)(void* context, HashMethod method, MutableBytes state, ByteView bytes) = nullptr;
  /// Writes hash_bytes(method) bytes to `digest`.
  bool (*finish)(void* context, HashMethod method, MutableBytes state, MutableBytes digest) = nullptr;
  void* context = nullptr;

  explicit operator bool() const { return start != nullptr && update != nullptr && finish != nullptr; }
};

}  // namespace fleetsim
