// The flash of a device, in memory; only devices that write it have one. A million of them do: what is kept of a slot is as long as what is
// in it, for a record is mostly the zeros behind a short name.
//
//   flash.write(slot, bytes, FlashWrite::whole);
//   Flash::Room room;   ByteView found = flash.read(slot, room);    // as long as it was written; empty: never
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "devicecore/limits.hpp"

namespace fleetsim::sim {

/// torn: the power went while it was written, and what lies behind its bytes is what was there before.
enum class FlashWrite : std::uint8_t { whole, torn };

class Flash {
 public:
  using Room = std::array<std::uint8_t, device::limits::endpoint_slot_bytes>;

  /// An endpoint slot, or limits::secret_slot.
  void write(std::uint8_t slot, ByteView bytes, FlashWrite how);
  /// Of an endpoint slot.
  ByteView read(std::size_t slot, Room& room) const;
  ByteView secret() const { return secret_; }

 private:
  /// Everything but the longest run of zeros.
  struct Kept {
    std::vector<std::uint8_t> bytes;
    std::uint8_t zeros_at = 0;
    std::uint8_t zeros = 0;
  };
  static_assert(device::limits::endpoint_slot_bytes <= 255);

  std::array<Kept, 2> slots_;
  std::vector<std::uint8_t> secret_;  // only devices that register write it
};

}  // namespace fleetsim::sim
