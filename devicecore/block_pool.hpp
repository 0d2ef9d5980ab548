// A bounded pool of blocks in four sizes, over memory that the caller owns. Only what must outlive a step holds one: a packet
// that arrived in pieces, an unacknowledged QoS 1 publish, a bootstrap body. Not thread-safe: one per event loop.
//
//   BlockPool pool(arena, {.small = 512, .medium = 128, .large = 16, .huge = 1});
//   MutableBytes block = pool.acquire(packet_size);   // empty: none free that large
//   pool.release(block.data());
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "devicecore/base/bytes.hpp"

namespace fleetsim::device {

class BlockPool {
 public:
  static constexpr std::array<std::size_t, 4> block_bytes = {256, 1024, std::size_t{8} * 1024, std::size_t{272} * 1024};

  struct Counts {
    std::uint32_t small = 0;
    std::uint32_t medium = 0;
    std::uint32_t large = 0;
    std::uint32_t huge = 0;
  };

  static constexpr std::size_t arena_bytes(const Counts& counts) {
    return counts.small * block_bytes[0] + counts.medium * block_bytes[1] + counts.large * block_bytes[2] + counts.huge * block_bytes[3];
  }

  /// No packet may be larger than the largest block.
  static constexpr std::size_t largest_block_bytes = block_bytes[3];

  /// `arena` must be aligned for std::max_align_t, hold arena_bytes(counts) and outlive the pool. It is not touched until needed, so a
  /// host may reserve generously and pay only for what is used.
  BlockPool(MutableBytes arena, const Counts& counts);

  /// The smallest free block of at least `bytes` bytes (its whole size), or an empty span.
  MutableBytes acquire(std::size_t bytes);
  /// `block` came from acquire() of this pool and was not released since; anything else is a bug and traps.
  void release(std::uint8_t* block);

  std::size_t blocks_in_use() const;

 private:
  struct SizeClass {
    std::uint8_t* begin = nullptr;
    std::uint8_t* free_list = nullptr;  // freed blocks, linked through their first bytes
    std::uint32_t count = 0;
    std::uint32_t untouched = 0;  // blocks never handed out yet, at the end
    std::uint32_t in_use = 0;
  };
  std::array<SizeClass, 4> classes_{};
};

}  // namespace fleetsim::device
