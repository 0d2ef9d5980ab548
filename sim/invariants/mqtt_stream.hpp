// A stream of bytes to MQTT packets, for the oracles alone: neither of the two codecs, so that what both get wrong is still seen. It knows
// the fixed header and keeps the head of a packet that comes in pieces; what is inside is the business of who looks.
//
//   stream.feed(bytes, heads, [&](const MqttHead& head) { if (head.type == mqtt_wire::connack) ... });
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "sim/trace/wire_event.hpp"

namespace fleetsim::sim {

/// MQTT 3.1.1 §2.2.1.
namespace mqtt_wire {
inline constexpr std::uint8_t connect = 1;
inline constexpr std::uint8_t connack = 2;
inline constexpr std::uint8_t publish = 3;
inline constexpr std::uint8_t puback = 4;
inline constexpr std::uint8_t subscribe = 8;
inline constexpr std::uint8_t unsubscribe = 10;
inline constexpr std::uint8_t disconnect = 14;
inline constexpr std::uint8_t malformed = 0;  // a length of more than four bytes: the stream cannot be followed any further
}  // namespace mqtt_wire

/// The beginning of a packet: all of it, or its first mqtt_head_bytes_max bytes behind the fixed header.
struct MqttHead {
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  std::uint32_t size = 0;  // behind the fixed header
  bool was_split = false;  // it came in pieces
  ByteView bytes{};        // lent for the call

  std::uint16_t u16(std::size_t at) const {
    return at + 2 <= bytes.size() ? static_cast<std::uint16_t>((bytes[at] << 8) | bytes[at + 1]) : std::uint16_t{0};
  }
  /// A length and so many bytes; empty when they are not all here.
  std::string_view text(std::size_t at) const {
    const std::size_t length = u16(at);
    if (at + 2 + length > bytes.size()) return {};
    return {reinterpret_cast<const char*>(bytes.data()) + at + 2, length};
  }

  // Of a CONNECT: the flags stand behind the protocol's name and level.
  bool is_clean_session() const {
    const std::size_t at = 2 + std::size_t{u16(0)} + 1;
    return at < bytes.size() && (bytes[at] & 2) != 0;
  }

  // Of a PUBLISH.
  std::uint8_t qos() const { return (flags >> 1) & 3; }
  bool is_duplicate() const { return (flags & 8) != 0; }
  std::string_view topic() const { return text(0); }
  /// 0 with QoS 0.
  std::uint16_t publish_id() const { return qos() == 0 ? std::uint16_t{0} : u16(2 + std::size_t{u16(0)}); }
};

/// With the event that brought its last byte.
struct MqttPacket {
  const WireEvent& event;
  const MqttHead& head;
};

inline constexpr std::size_t mqtt_head_bytes_max = 512;

/// Room for heads that come in pieces: few at a time, whatever the number of streams.
class MqttHeads {
 public:
  using Block = std::array<std::uint8_t, mqtt_head_bytes_max>;
  std::uint16_t take() {
    if (!free_.empty()) {
      const std::uint16_t block = free_.back();
      free_.pop_back();
      return block;
    }
    blocks_.emplace_back();
    free_.reserve(blocks_.capacity());
    return static_cast<std::uint16_t>(blocks_.size() - 1);
  }
  void give_back(std::uint16_t block) { free_.push_back(block); }
  Block& at(std::uint16_t block) { return blocks_[block]; }

 private:
  std::vector<Block> blocks_;
  std::vector<std::uint16_t> free_;
};

/// One direction of one connection.
class MqttStream {
 public:
  template <class Look>
  void feed(ByteView bytes, MqttHeads& heads, Look&& look) {
    while (!bytes.empty() && stage_ != Stage::lost) {
      if (stage_ != Stage::body) {
        take_header(bytes.front());
        bytes = bytes.subspan(1);
        if (stage_ == Stage::lost) return look(MqttHead{.type = mqtt_wire::malformed});
        if (stage_ == Stage::body && size_ == 0) finish({}, look);
        continue;
      }
      const std::size_t here = std::min<std::size_t>(bytes.size(), size_ - seen_);
      const ByteView part = bytes.first(here);
      bytes = bytes.subspan(here);
      if (seen_ == 0 && here == size_) {
        finish(part.first(std::min(here, mqtt_head_bytes_max)), look);
        continue;
      }
      keep(part, heads);
      if (seen_ < size_) continue;
      split_ = true;
      finish(ByteView(heads.at(block_)).first(kept()), look);
      heads.give_back(block_);
      block_ = no_block;
    }
    if (stage_ != Stage::first) split_ = true;
  }
  /// The connection is gone.
  void reset(MqttHeads& heads) {
    if (block_ != no_block) heads.give_back(block_);
    *this = MqttStream{};
  }

 private:
  enum class Stage : std::uint8_t { first, length, body, lost };
  static constexpr std::uint16_t no_block = 0xffff;
  static constexpr std::uint8_t length_shift_max = 21;

  void take_header(std::uint8_t byte) {
    if (stage_ == Stage::first) {
      first_ = byte;
      size_ = 0;
      seen_ = 0;
      shift_ = 0;
      stage_ = Stage::length;
      return;
    }
    size_ |= static_cast<std::uint32_t>(byte & 0x7fU) << shift_;
    if ((byte & 0x80U) == 0) {
      stage_ = Stage::body;
    } else if (shift_ == length_shift_max) {
      stage_ = Stage::lost;
    } else {
      shift_ = static_cast<std::uint8_t>(shift_ + 7);
    }
  }
  std::size_t kept() const { return std::min<std::size_t>(seen_, mqtt_head_bytes_max); }
  void keep(ByteView part, MqttHeads& heads) {
    if (block_ == no_block) block_ = heads.take();
    const std::size_t from = kept();
    const std::size_t room = std::min(part.size(), mqtt_head_bytes_max - from);
    std::copy_n(part.begin(), room, heads.at(block_).begin() + static_cast<std::ptrdiff_t>(from));
    seen_ += static_cast<std::uint32_t>(part.size());
  }
  template <class Look>
  void finish(ByteView head, Look&& look) {
    stage_ = Stage::first;
    look(MqttHead{.type = static_cast<std::uint8_t>(first_ >> 4),
                  .flags = static_cast<std::uint8_t>(first_ & 0x0fU),
                  .size = size_,
                  .was_split = split_,
                  .bytes = head});
    split_ = false;
  }

  std::uint32_t size_ = 0;
  std::uint32_t seen_ = 0;
  std::uint16_t block_ = no_block;
  std::uint8_t first_ = 0;
  std::uint8_t shift_ = 0;
  Stage stage_ = Stage::first;
  bool split_ = false;
};

}  // namespace fleetsim::sim
