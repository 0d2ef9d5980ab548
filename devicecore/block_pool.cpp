#include "devicecore/block_pool.hpp"

#include <cstdint>
#include <cstring>

#include "devicecore/base/ensure.hpp"

namespace fleetsim::device {
namespace {

std::uint8_t* next_of(const std::uint8_t* block) {
  std::uint8_t* next = nullptr;
  std::memcpy(&next, block, sizeof next);
  return next;
}

void set_next(std::uint8_t* block, std::uint8_t* next) { std::memcpy(block, &next, sizeof next); }

}  // namespace

BlockPool::BlockPool(MutableBytes arena, const Counts& counts) {
  ensure(arena.size() >= arena_bytes(counts));
  ensure(reinterpret_cast<std::uintptr_t>(arena.data()) % alignof(std::max_align_t) == 0);
  const std::array<std::uint32_t, 4> count_of = {counts.small, counts.medium, counts.large, counts.huge};
  // Every block size is a multiple of the strictest alignment, so classes may lie one behind the other in any order.
  static_assert(block_bytes[0] % alignof(std::max_align_t) == 0 && block_bytes[1] % alignof(std::max_align_t) == 0);
  static_assert(block_bytes[2] % alignof(std::max_align_t) == 0 && block_bytes[3] % alignof(std::max_align_t) == 0);
  std::uint8_t* begin = arena.data();
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    classes_[i].begin = begin;
    classes_[i].count = count_of[i];
    classes_[i].untouched = count_of[i];
    begin += count_of[i] * block_bytes[i];
  }
}

MutableBytes BlockPool::acquire(std::size_t bytes) {
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    SizeClass& size_class = classes_[i];
    if (block_bytes[i] < bytes || size_class.in_use == size_class.count) continue;
    std::uint8_t* block = size_class.free_list;
    if (block != nullptr) {  // a used block first: its memory is warm, and untouched memory costs a host nothing
      size_class.free_list = next_of(block);
    } else {
      block = size_class.begin + (size_class.count - size_class.untouched) * block_bytes[i];
      --size_class.untouched;
    }
    ++size_class.in_use;
    return {block, block_bytes[i]};
  }
  return {};
}

void BlockPool::release(std::uint8_t* block) {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    SizeClass& size_class = classes_[i];
    const auto begin = reinterpret_cast<std::uintptr_t>(size_class.begin);
    const std::size_t handed_out = (size_class.count - size_class.untouched) * block_bytes[i];
    if (address < begin || address - begin >= handed_out) continue;
    ensure((address - begin) % block_bytes[i] == 0);
    ensure(size_class.in_use > 0);
    ensure(size_class.free_list != block);  // catches the commonest double release at no cost
    set_next(block, size_class.free_list);
    size_class.free_list = block;
    --size_class.in_use;
    return;
  }
  ensure(false);
}

std::size_t BlockPool::blocks_in_use() const {
  std::size_t total = 0;
  for (const SizeClass& size_class : classes_) total += size_class.in_use;
  return total;
}

}  // namespace fleetsim::device
