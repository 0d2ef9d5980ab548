#include "sim/world/flash.hpp"

#include <algorithm>
#include <utility>

namespace fleetsim::sim {
namespace {

struct Zeros {
  std::size_t at = 0;
  std::size_t count = 0;
};

Zeros longest_zeros(ByteView bytes) {
  Zeros longest;
  for (std::size_t i = 0; i < bytes.size();) {
    std::size_t end = i;
    while (end < bytes.size() && bytes[end] == 0) ++end;
    if (end - i > longest.count) longest = {i, end - i};
    i = end + 1;
  }
  return longest;
}

}  // namespace

ByteView Flash::kept(std::size_t slot) const {
  std::size_t before = 0;
  for (std::size_t other = 0; other < slot; ++other) before += slots_[other].bytes;
  return {memory_.get() + before, slots_[slot].bytes};
}

ByteView Flash::read(std::size_t slot, Room& room) const {
  const Kept& found = slots_[slot];
  const ByteView bytes = kept(slot);
  auto* at = std::copy_n(bytes.begin(), found.zeros_at, room.begin());
  at = std::fill_n(at, found.zeros, std::uint8_t{0});
  at = std::copy(bytes.begin() + found.zeros_at, bytes.end(), at);
  return ByteView(room).first(static_cast<std::size_t>(at - room.begin()));
}

void Flash::write(std::size_t slot, ByteView bytes, FlashWrite how) {
  Room room{};
  std::size_t used = how == FlashWrite::torn ? read(slot, room).size() : 0;
  bytes = bytes.first(std::min(bytes.size(), room.size()));
  std::copy(bytes.begin(), bytes.end(), room.begin());
  used = std::max(used, bytes.size());
  const Zeros zeros = longest_zeros(ByteView(room).first(used));
  const auto behind = room.begin() + static_cast<std::ptrdiff_t>(zeros.at + zeros.count);
  std::copy(behind, room.begin() + static_cast<std::ptrdiff_t>(used), room.begin() + static_cast<std::ptrdiff_t>(zeros.at));
  keep(slot, ByteView(room).first(used - zeros.count));
  slots_[slot].zeros_at = static_cast<std::uint8_t>(zeros.at);
  slots_[slot].zeros = static_cast<std::uint8_t>(zeros.count);
}

void Flash::keep(std::size_t slot, ByteView bytes) {
  std::size_t all = bytes.size();
  for (std::size_t other = 0; other < slots; ++other)
    if (other != slot) all += slots_[other].bytes;
  auto memory = std::make_unique<std::uint8_t[]>(all);
  std::uint8_t* at = memory.get();
  for (std::size_t one = 0; one < slots; ++one) {
    const ByteView what = one == slot ? bytes : kept(one);
    at = std::copy(what.begin(), what.end(), at);
  }
  memory_ = std::move(memory);
  slots_[slot].bytes = static_cast<std::uint8_t>(bytes.size());
}

}  // namespace fleetsim::sim
