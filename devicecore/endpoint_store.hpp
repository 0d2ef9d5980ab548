// The endpoint in flash: two slots, written in turn, so that a power cut at any moment leaves one whole record.
//
// The order is: answer of the bootstrap -> write -> written -> connect. A device that is cut off
//   - before or during the write finds the old record: the old server still knows it, and notifies it again;
//   - after the write, before it connected, finds the new record, and connects there: that is what was wanted;
//   - with both records unreadable starts as it left the factory, from the global endpoint.
// Connecting first would open a gap in which the new server has the device and the flash does not know it.
//
//   EndpointStore store;
//   store.load(power_on.slot_a, power_on.slot_b);
//   if (auto write = store.adopt(answered, scratch)) ask_shell_to_write(write->slot, write->bytes);
//   store.finish_write(slot, ok);
#pragma once

#include <cstdint>
#include <optional>

#include "devicecore/base/bytes.hpp"
#include "devicecore/endpoint.hpp"

namespace fleetsim::device {

/// What one slot holds; an empty endpoint (no host, port 0) says that there is none. The sequence tells which of two whole records is
/// newer, also across its wrap.
struct SlotRecord {
  Endpoint endpoint;
  std::uint32_t sequence = 0;
};

/// `out` has at least limits::endpoint_slot_bytes, all of which are written.
void encode_slot(const SlotRecord& record, MutableBytes out);
/// unchecked: for a firmware that believes what it finds.
enum class SlotCheck : std::uint8_t { whole, unchecked };
/// Nothing when the slot is empty, torn, worn or of another format version.
std::optional<SlotRecord> decode_slot(ByteView slot, SlotCheck check = SlotCheck::whole);

class EndpointStore {
 public:
  struct Write {
    std::uint8_t slot;
    ByteView bytes;
  };

  /// Takes the newest whole record; false when there is none, or it is empty.
  bool load(ByteView slot_a, ByteView slot_b, SlotCheck check = SlotCheck::whole);

  /// Makes `endpoint` the current one. The result says what to write, encoded at the front of `scratch`; nothing when the flash
  /// says so already (flash wears), when a write is still under way, or when `scratch` is too small.
  std::optional<Write> adopt(const Endpoint& endpoint, MutableBytes scratch);

  /// Writes the current endpoint again, though the flash says so already: for a firmware that wears its flash. The result as for adopt().
  std::optional<Write> rewrite(MutableBytes scratch);

  /// Leaves no endpoint, in RAM and in flash: an empty record makes the older one count no more. The result as for adopt().
  std::optional<Write> forget(MutableBytes scratch);

  /// True when the current endpoint is now in flash. A failed write leaves the other slot, and with it the old endpoint, in force.
  bool finish_write(std::uint8_t slot, bool ok);

  bool write_under_way() const { return write_ != WriteState::none; }
  /// Empty host: none known.
  const Endpoint& current() const { return current_; }
  bool empty() const { return current_.host.empty(); }

 private:
  enum class WriteState : std::uint8_t { none, of_current, of_former };
  static constexpr std::uint8_t no_slot = 0xff;
  std::optional<Write> begin_write(MutableBytes scratch);

  Endpoint current_;
  std::uint32_t newest_sequence_ = 0;
  std::uint8_t newest_slot_ = no_slot;
  std::uint8_t written_slot_ = no_slot;
  bool current_is_stored_ = false;
  WriteState write_ = WriteState::none;
};

}  // namespace fleetsim::device
