// The TCP that a captured link would have had: told what happened in order, it says which packets passed beside the device. Only
// capture.cpp uses it.
//
//   CaptureLink link({device, platform}, packets);
//   link.open(at); link.opened(at); link.sends(Direction::up, bytes, at); ...
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "devicecore/base/time.hpp"
#include "sim/trace/tcp_packet.hpp"
#include "sim/trace/wire_event.hpp"

namespace fleetsim::sim {

struct CapturedPacket {
  Instant at{};
  std::vector<std::uint8_t> bytes;
};

class CaptureLink {
 public:
  /// `first_sequence`: differs from link to link, so that two on the same ports are told apart.
  CaptureLink(const TcpEnd& device, const TcpEnd& platform, std::uint32_t first_sequence, std::vector<CapturedPacket>& packets);

  void open(Instant at);
  void opened(Instant at);
  /// The SYN was answered by a reset.
  void refused(Instant at);
  void sends(Direction direction, ByteView bytes, Instant at);
  /// The other end has taken so many of the bytes sent in this direction.
  void takes(Direction direction, std::size_t bytes, Instant at);
  void finishes(Direction direction, Instant at);
  void takes_finish(Direction direction, Instant at);
  void resets(Direction direction, Instant at);

 private:
  struct End {
    TcpEnd place;
    std::uint32_t first = 0;
    std::uint32_t next = 0;          // sequence number of what it sends next
    std::uint32_t acknowledged = 0;  // of what the other sent
    bool finished = false;
  };
  enum class State : std::uint8_t { nothing, opening, open, over };

  End& sender(Direction direction) { return ends_[direction == Direction::up ? 0 : 1]; }
  End& receiver(Direction direction) { return ends_[direction == Direction::up ? 1 : 0]; }
  bool is_open(Instant at);
  void put(Direction direction, std::uint8_t flags, ByteView payload, Instant at);
  void acknowledge(Direction direction, std::uint32_t up_to, Instant at);

  std::array<End, 2> ends_;  // device, platform
  State state_ = State::nothing;
  std::uint16_t identification_ = 0;
  std::vector<CapturedPacket>& packets_;
};

}  // namespace fleetsim::sim
