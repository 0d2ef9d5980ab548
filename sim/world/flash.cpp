#include "sim/world/flash.hpp"

#include <algorithm>

namespace fleetsim::sim {

ByteView Flash::read(std::size_t slot, Room& room) const {
  const Kept& kept = slots_[slot];
  const ByteView bytes = kept.bytes;
  auto* at = std::copy_n(bytes.begin(), kept.zeros_at, room.begin());
  at = std::fill_n(at, kept.zeros, std::uint8_t{0});
  at = std::copy(bytes.begin() + kept.zeros_at, bytes.end(), at);
  return ByteView(room).first(static_cast<std::size_t>(at - room.begin()));
}

void Flash::write(std::uint8_t slot, ByteView bytes, FlashWrite how) {
  if (slot == device::limits::secret_slot) {
    if (how == FlashWrite::whole || secret_.size() < bytes.size()) secret_.resize(bytes.size());
    std::copy(bytes.begin(), bytes.end(), secret_.begin());
    return;
  }
  Kept& kept = slots_[slot % slots_.size()];
  Room room{};
  std::size_t used = how == FlashWrite::torn ? read(slot % slots_.size(), room).size() : 0;
  bytes = bytes.first(std::min(bytes.size(), room.size()));
  std::copy(bytes.begin(), bytes.end(), room.begin());
  used = std::max(used, bytes.size());

  std::size_t longest_at = used;
  std::size_t longest = 0;
  for (std::size_t i = 0; i < used;) {
    std::size_t end = i;
    while (end < used && room[end] == 0) ++end;
    if (end - i > longest) {
      longest = end - i;
      longest_at = i;
    }
    i = end + 1;
  }
  std::vector<std::uint8_t> rest;
  rest.reserve(used - longest);
  rest.insert(rest.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(longest_at));
  rest.insert(rest.end(), room.begin() + static_cast<std::ptrdiff_t>(longest_at + longest),
              room.begin() + static_cast<std::ptrdiff_t>(used));
  kept = {.bytes = std::move(rest), .zeros_at = static_cast<std::uint8_t>(longest_at), .zeros = static_cast<std::uint8_t>(longest)};
}

}  // namespace fleetsim::sim
