// The SUBSCRIBE and UNSUBSCRIBE packets that wait for their answer. Unlike publishes they are never sent again: a link on which an answer
// stays out is given up, and with the link the table is emptied.
//
//   table.add(id, token, SubscribeTable::Kind::subscribe, now);
//   if (auto slot = table.find(packet.id, SubscribeTable::Kind::subscribe); slot < SubscribeTable::capacity) ...
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "devicecore/coarse_time.hpp"
#include "devicecore/limits.hpp"
#include "devicecore/mqtt_codec.hpp"
#include "devicecore/mqtt_messages.hpp"

namespace fleetsim::device {

class SubscribeTable {
 public:
  static constexpr std::size_t capacity = limits::subscribes_in_flight_max;
  enum class Kind : std::uint8_t { none, subscribe, unsubscribe };

  bool full() const { return first_of(Kind::none) == capacity; }
  bool used(std::size_t slot) const { return kinds_[slot] != Kind::none; }
  Token token(std::size_t slot) const { return tokens_[slot]; }
  CoarseTime sent(std::size_t slot) const { return sent_[slot]; }

  /// Precondition: !full().
  void add(mqtt::PacketId id, Token token, Kind kind, CoarseTime sent) {
    const std::size_t slot = first_of(Kind::none);
    kinds_[slot] = kind;
    ids_[slot] = id;
    tokens_[slot] = token;
    sent_[slot] = sent;
  }

  /// The slot of that kind that waits for `id`, or capacity when none does.
  std::size_t find(mqtt::PacketId id, Kind kind) const {
    std::size_t slot = 0;
    while (slot < capacity && (kinds_[slot] != kind || ids_[slot] != id)) ++slot;
    return slot;
  }
  bool has(mqtt::PacketId id) const { return find(id, Kind::subscribe) < capacity || find(id, Kind::unsubscribe) < capacity; }

  void erase(std::size_t slot) { kinds_[slot] = Kind::none; }
  void clear() { kinds_ = {}; }

 private:
  std::size_t first_of(Kind kind) const {
    std::size_t slot = 0;
    while (slot < capacity && kinds_[slot] != kind) ++slot;
    return slot;
  }

  std::array<Token, capacity> tokens_{};
  std::array<CoarseTime, capacity> sent_{};
  std::array<mqtt::PacketId, capacity> ids_{};
  std::array<Kind, capacity> kinds_{};
};

}  // namespace fleetsim::device
