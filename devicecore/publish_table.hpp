// The QoS 1 publishes that wait for their PUBACK, in the order they were sent (§4.6). Each stands at the front of the block that its packet
// needs anyway, and they form a list: so a device that waits for nothing carries no table.
//
//   if (const MutableBytes block = pool.acquire(sizeof(WaitingPublish) + packet_bytes); !block.empty())
//     write(table.push(id, token, block.data(), sent).packet());
//   for (WaitingPublish& publish : table) if (publish.owed()) ...
//   if (WaitingPublish* publish = table.find(id)) pool.release(table.take(*publish));
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include "devicecore/base/ensure.hpp"
#include "devicecore/coarse_time.hpp"
#include "devicecore/limits.hpp"
#include "devicecore/mqtt_codec.hpp"
#include "devicecore/mqtt_messages.hpp"

namespace fleetsim::device {

/// The head of a block; its packet is behind it.
class WaitingPublish {
 public:
  Token token = 0;
  CoarseTime sent;
  mqtt::PacketId id = 0;

  /// It must be sent again as soon as there is room.
  bool owed() const { return owed_; }
  std::uint8_t* packet() { return reinterpret_cast<std::uint8_t*>(this) + sizeof(WaitingPublish); }

 private:
  friend class PublishTable;
  bool owed_ = false;
  WaitingPublish* next_ = nullptr;
};

class PublishTable {
 public:
  static constexpr std::size_t capacity = limits::publishes_in_flight_max;
  static_assert(capacity >= 1 && capacity <= 255, "counted in a byte");

  class Iterator {
   public:
    explicit Iterator(WaitingPublish* at) : at_(at) {}
    WaitingPublish& operator*() const { return *at_; }
    Iterator& operator++() {
      at_ = at_->next_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    WaitingPublish* at_;
  };
  /// Oldest first. None may be taken away meanwhile.
  Iterator begin() const { return Iterator{oldest_}; }
  Iterator end() const { return Iterator{nullptr}; }

  std::size_t size() const { return count_; }
  bool full() const { return count_ == capacity; }

  /// Adds the newest. Preconditions: !full(), and the block has room for it and its packet, aligned as a pool's blocks are.
  WaitingPublish& push(mqtt::PacketId id, Token token, std::uint8_t* block, CoarseTime sent) {
    ensure(!full());
    auto* const publish = ::new (static_cast<void*>(block)) WaitingPublish;
    publish->id = id;
    publish->token = token;
    publish->sent = sent;
    WaitingPublish** end = &oldest_;
    while (*end != nullptr) end = &(*end)->next_;
    *end = publish;
    ++count_;
    return *publish;
  }

  /// Null when none waits for `id`.
  WaitingPublish* find(mqtt::PacketId id) const {
    WaitingPublish* publish = oldest_;
    while (publish != nullptr && publish->id != id) publish = publish->next_;
    return publish;
  }
  WaitingPublish* oldest() const { return oldest_; }

  bool any_owed() const { return owed_ != 0; }
  void owe(WaitingPublish& publish) {
    if (!publish.owed_) ++owed_;
    publish.owed_ = true;
  }
  void paid(WaitingPublish& publish, CoarseTime sent) {
    publish.sent = sent;
    if (publish.owed_) --owed_;
    publish.owed_ = false;
  }

  /// Takes one away; its block is the caller's again. Precondition: it is one of this table's.
  std::uint8_t* take(WaitingPublish& publish) {
    WaitingPublish** at = &oldest_;
    while (*at != &publish) at = &(*at)->next_;
    *at = publish.next_;
    if (publish.owed_) --owed_;
    --count_;
    return reinterpret_cast<std::uint8_t*>(&publish);
  }

 private:
  WaitingPublish* oldest_ = nullptr;
  std::uint8_t count_ = 0;
  std::uint8_t owed_ = 0;
};

}  // namespace fleetsim::device
