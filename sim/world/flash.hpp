// The flash of a device, in memory. A million devices have one: what is kept of a slot is as long as what is in it, for a record is mostly
// the zeros behind a short name; and all of it lies in one piece, for each piece more has a head and a tail of its own.
//
//   flash.write(slot, bytes, FlashWrite::whole);
//   Flash::Room room;   ByteView found = flash.read(slot, room);    // as long as it was written; empty: never
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "devicecore/base/bytes.hpp"
#include "devicecore/limits.hpp"

namespace fleetsim::sim {

/// torn: the power went while it was written, and what lies behind its bytes is what was there before.
enum class FlashWrite : std::uint8_t { whole, torn };

class Flash {
 public:
  using Room = std::array<std::uint8_t, device::limits::endpoint_slot_bytes>;

  /// The endpoint's two, and limits::secret_slot.
  static constexpr std::size_t slots = 3;

  /// At most as many bytes are kept as a slot has.
  void write(std::size_t slot, ByteView bytes, FlashWrite how);
  ByteView read(std::size_t slot, Room& room) const;

 private:
  /// Everything but the longest run of zeros.
  struct Kept {
    std::uint8_t bytes = 0;
    std::uint8_t zeros_at = 0;
    std::uint8_t zeros = 0;
  };
  static_assert(device::limits::endpoint_slot_bytes <= 255 && device::limits::secret_slot < slots);

  ByteView kept(std::size_t slot) const;
  /// In place of what the slot had.
  void keep(std::size_t slot, ByteView bytes);

  std::unique_ptr<std::uint8_t[]> memory_;  // the slots one behind the other; null: nothing was ever written
  std::array<Kept, slots> slots_{};
};

}  // namespace fleetsim::sim
