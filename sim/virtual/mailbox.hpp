// What is on its way between the two sides of a simulation: records of a fixed head and some bytes. A sender appends to a MessageStream
// while a window runs; between two windows the receiver sorts the records into the windows in which they arrive; when such a window comes,
// it reads them in the order of (time, device, sequence). Memory is what is under way; nothing is allocated once it has grown.
//
//   stream.append({.at = at, .device = 7, .kind = MessageKind::bytes, ...}, bytes);
//   inbox.take(stream);                                  // between windows
//   for (const Arrival& arrival : inbox.open(window)) read(inbox.message(arrival), inbox.bytes(arrival));
//   inbox.shut(window);
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/link.hpp"

namespace fleetsim::sim {

enum class MessageKind : std::uint8_t {
  open,     // up: the SYN; its bytes are an OpenRequest
  opened,   // down: the link is there, TLS included
  refused,  // down: `end` says why
  bytes,
  finish,  // an orderly end of the stream
  reset,
  severed,  // up: the device is dead, and the platform does not know
};

struct Message {
  Instant at{};
  std::uint32_t device = 0;      // position in the roster
  std::uint32_t connection = 0;  // of this device and leg
  std::uint32_t size = 0;        // bytes behind this head
  MessageKind kind{};
  device::Leg leg{};
  device::LinkEnd end{};
};
static_assert(sizeof(Message) == 24);

/// Records one behind the other, each begins at a multiple of 8.
class MessageStream {
 public:
  void append(Message message, ByteView bytes) {
    message.size = static_cast<std::uint32_t>(bytes.size());
    const std::size_t at = memory_.size();
    memory_.resize(at + record_bytes(message.size));
    std::memcpy(memory_.data() + at, &message, sizeof message);
    if (!bytes.empty()) std::memcpy(memory_.data() + at + sizeof message, bytes.data(), bytes.size());
  }
  bool empty() const { return memory_.empty(); }
  void clear() { memory_.clear(); }
  ByteView memory() const { return memory_; }

  static std::size_t record_bytes(std::uint32_t size) { return (sizeof(Message) + size + 7U) & ~std::size_t{7}; }
  static Message head_at(ByteView memory, std::size_t at) {
    Message message;
    std::memcpy(&message, memory.data() + at, sizeof message);
    return message;
  }

 private:
  std::vector<std::uint8_t> memory_;
};

/// One record of an open window.
struct Arrival {
  Instant at{};
  std::uint32_t device = 0;
  std::uint32_t order = 0;  // in which it was taken
  const std::uint8_t* record = nullptr;
};

class Inbox {
 public:
  /// So many windows ahead are kept side by side; what comes later waits by itself.
  static constexpr std::size_t windows_ahead = 256;
  /// Records lie in blocks of this size; only one that is larger has a block of its own.
  static constexpr std::size_t block_bytes = 4096;
  /// Blocks that are kept when nothing is under way.
  static constexpr std::size_t spare_max = 8192;

  explicit Inbox(Duration window) : window_(window.count()) {}

  /// Takes every record; the stream is empty afterwards.
  void take(MessageStream& stream);
  /// The number of the first window that has anything; none: `nothing`.
  std::int64_t first() const;
  /// What arrives in the window, in order. Until shut(), only take() of later windows.
  std::span<const Arrival> open(std::int64_t window);
  void shut(std::int64_t window);
  static Message message(const Arrival& arrival) {
    Message head;
    std::memcpy(&head, arrival.record, sizeof head);
    return head;
  }
  static ByteView bytes(const Arrival& arrival, const Message& message) { return {arrival.record + sizeof(Message), message.size}; }

  static constexpr std::int64_t nothing = INT64_MAX;

 private:
  struct Block {
    std::unique_ptr<std::uint8_t[]> bytes;
    std::uint32_t used = 0;
    std::uint32_t size = 0;
  };
  using Blocks = std::vector<Block>;

  std::int64_t window_of(Instant at) const { return at.time_since_epoch().count() / window_; }
  void place(const Message& message, ByteView record);
  void note(std::size_t slot) { has_any_[slot / 64] |= std::uint64_t{1} << (slot % 64); }
  void forget(std::size_t slot) { has_any_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64)); }
  Block fresh_block(std::size_t bytes);

  std::int64_t window_;
  std::int64_t base_ = 0;  // the first window that is not over
  bool is_open_ = false;   // base_ is being read
  std::array<Blocks, windows_ahead> near_;
  std::array<std::uint64_t, windows_ahead / 64> has_any_{};
  std::map<std::int64_t, Blocks> far_;
  Blocks open_;
  std::vector<Block> spare_;
  std::vector<Arrival> order_;
};

}  // namespace fleetsim::sim
