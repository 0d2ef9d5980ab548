// The QoS 1 publishes that wait for their PUBACK, in the order they were sent (§4.6). A ring: the usual acknowledgement takes the oldest
// away in constant time. Columns instead of rows, because rows would be padded and every device carries this table.
//
//   const auto slot = table.push(id, token, block);   // slot 0 is the oldest
//   for (std::size_t i = 0; i < table.size(); ++i) if (table.owed(i)) ...
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "devicecore/base/ensure.hpp"
#include "devicecore/coarse_time.hpp"
#include "devicecore/limits.hpp"
#include "devicecore/mqtt_codec.hpp"
#include "devicecore/mqtt_messages.hpp"

namespace fleetsim::device {

class PublishTable {
 public:
  static constexpr std::size_t capacity = limits::publishes_in_flight_max;
  static_assert(capacity >= 1 && capacity <= 16, "a bit a slot");

  std::size_t size() const { return count_; }
  bool full() const { return count_ == capacity; }

  /// Adds the newest. Precondition: !full().
  void push(mqtt::PacketId id, Token token, std::uint8_t* block, CoarseTime sent) {
    ensure(!full());
    const std::size_t at = place(count_++);
    ids_[at] = id;
    tokens_[at] = token;
    blocks_[at] = block;
    sent_[at] = sent;
    set_owed(at, false);
  }

  /// The slot that waits for `id`, or size() when none does.
  std::size_t find(mqtt::PacketId id) const {
    std::size_t slot = 0;
    while (slot < count_ && ids_[place(slot)] != id) ++slot;
    return slot;
  }

  Token token(std::size_t slot) const { return tokens_[place(slot)]; }
  std::uint8_t* block(std::size_t slot) const { return blocks_[place(slot)]; }
  CoarseTime sent(std::size_t slot) const { return sent_[place(slot)]; }

  /// Another id for the same publish.
  void rename(std::size_t slot, mqtt::PacketId id) { ids_[place(slot)] = id; }

  /// Whether it must be sent again as soon as there is room.
  bool owed(std::size_t slot) const { return (owed_ & bit(place(slot))) != 0; }
  bool any_owed() const { return owed_ != 0; }
  void owe(std::size_t slot) { set_owed(place(slot), true); }
  void paid(std::size_t slot, CoarseTime sent) {
    sent_[place(slot)] = sent;
    set_owed(place(slot), false);
  }

  /// Takes one away; those behind it move up. The caller releases its block.
  void erase(std::size_t slot) {
    ensure(slot < count_);
    set_owed(place(slot), false);
    for (std::size_t i = slot; i > 0; --i) move(place(i - 1), place(i));
    set_owed(place(0), false);
    head_ = static_cast<std::uint8_t>(place(1));
    --count_;
  }

  void clear() {
    count_ = 0;
    owed_ = 0;
  }

 private:
  static constexpr std::uint16_t bit(std::size_t at) { return static_cast<std::uint16_t>(1U << at); }
  std::size_t place(std::size_t slot) const { return (head_ + slot) % capacity; }
  void set_owed(std::size_t at, bool owed) { owed_ = static_cast<std::uint16_t>(owed ? (owed_ | bit(at)) : (owed_ & ~unsigned{bit(at)})); }
  void move(std::size_t from, std::size_t to) {
    ids_[to] = ids_[from];
    tokens_[to] = tokens_[from];
    blocks_[to] = blocks_[from];
    sent_[to] = sent_[from];
    set_owed(to, (owed_ & bit(from)) != 0);
  }

  std::array<std::uint8_t*, capacity> blocks_{};
  std::array<Token, capacity> tokens_{};
  std::array<CoarseTime, capacity> sent_{};
  std::array<mqtt::PacketId, capacity> ids_{};
  std::uint16_t owed_ = 0;
  std::uint8_t head_ = 0;
  std::uint8_t count_ = 0;
};

}  // namespace fleetsim::device
