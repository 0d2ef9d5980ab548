// The blocks that the devices of one shard share, over memory that the system gives only when it is touched: reserved for the worst case,
// paid for what is in use.
//
//   BlockArena arena(devices);
//   step({.pool = arena.pool(), ...});
#pragma once

#include <algorithm>
#include <cstdint>
#include <new>
#include <optional>
#include <sys/mman.h>

#include "devicecore/block_pool.hpp"
#include "devicecore/limits.hpp"

namespace fleetsim::sim {

class BlockArena {
 public:
  static constexpr std::uint32_t small_max = 1U << 20;   // 256 MiB of addresses
  static constexpr std::uint32_t medium_max = 1U << 18;  // likewise

  explicit BlockArena(std::uint32_t devices) {
    const auto flights = static_cast<std::uint32_t>(device::limits::publishes_in_flight_max);
    const device::BlockPool::Counts counts{.small = std::clamp(devices * flights, 64U, small_max),
                                           .medium = std::clamp(devices * 4, 64U, medium_max),
                                           .large = std::clamp(devices, 64U, 8192U),
                                           .huge = 16};
    bytes_ = device::BlockPool::arena_bytes(counts);
    memory_ = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory_ == MAP_FAILED) throw std::bad_alloc();
    pool_.emplace(MutableBytes(static_cast<std::uint8_t*>(memory_), bytes_), counts);
  }
  ~BlockArena() { ::munmap(memory_, bytes_); }
  BlockArena(const BlockArena&) = delete;
  BlockArena& operator=(const BlockArena&) = delete;

  device::BlockPool& pool() { return *pool_; }

 private:
  void* memory_ = nullptr;
  std::size_t bytes_ = 0;
  std::optional<device::BlockPool> pool_;
};

}  // namespace fleetsim::sim
