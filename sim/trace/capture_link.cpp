#include "sim/trace/capture_link.hpp"

#include <algorithm>
#include <utility>

namespace fleetsim::sim {

CaptureLink::CaptureLink(const TcpEnd& device, const TcpEnd& platform, std::uint32_t first_sequence, std::vector<CapturedPacket>& packets)
    : packets_(packets) {
  constexpr std::uint32_t apart = 0x40000000;  // so that nobody mistakes one direction's numbers for the other's
  ends_[0] = {device, first_sequence, first_sequence, 0, false};
  ends_[1] = {platform, first_sequence + apart, first_sequence + apart, 0, false};
}

void CaptureLink::open(Instant at) {
  if (state_ != State::nothing) return;
  put(Direction::up, tcp_flag::syn, {}, at);
  ++ends_[0].next;
  state_ = State::opening;
}

void CaptureLink::opened(Instant at) {
  if (state_ == State::nothing) open(at);
  if (state_ != State::opening) return;
  ends_[1].acknowledged = ends_[0].next;
  put(Direction::down, tcp_flag::syn | tcp_flag::ack, {}, at);
  ++ends_[1].next;
  ends_[0].acknowledged = ends_[1].next;
  put(Direction::up, tcp_flag::ack, {}, at);
  state_ = State::open;
}

void CaptureLink::refused(Instant at) {
  if (state_ != State::opening) return;
  ends_[1].acknowledged = ends_[0].next;
  ends_[1].next = 0;  // RFC 9293 §3.10.7.1
  put(Direction::down, tcp_flag::rst | tcp_flag::ack, {}, at);
  state_ = State::over;
}

/// What was told of a link whose opening was not opens it: a recording may begin in the middle.
bool CaptureLink::is_open(Instant at) {
  if (state_ == State::nothing || state_ == State::opening) opened(at);
  return state_ == State::open;
}

void CaptureLink::sends(Direction direction, ByteView bytes, Instant at) {
  if (!is_open(at) || sender(direction).finished) return;
  while (!bytes.empty()) {
    const ByteView segment = bytes.first(std::min(bytes.size(), tcp_segment_bytes_max));
    bytes = bytes.subspan(segment.size());
    put(direction, static_cast<std::uint8_t>(tcp_flag::ack | (bytes.empty() ? tcp_flag::push : 0)), segment, at);
    sender(direction).next += static_cast<std::uint32_t>(segment.size());
  }
}

void CaptureLink::takes(Direction direction, std::size_t bytes, Instant at) {
  acknowledge(direction, sender(direction).first + 1 + static_cast<std::uint32_t>(bytes), at);
}

void CaptureLink::finishes(Direction direction, Instant at) {
  if (!is_open(at) || sender(direction).finished) return;
  put(direction, tcp_flag::fin | tcp_flag::ack, {}, at);
  ++sender(direction).next;
  sender(direction).finished = true;
}

void CaptureLink::takes_finish(Direction direction, Instant at) {
  if (sender(direction).finished) acknowledge(direction, sender(direction).next, at);
  if (ends_[0].finished && ends_[1].finished && ends_[0].acknowledged == ends_[1].next && ends_[1].acknowledged == ends_[0].next)
    state_ = State::over;
}

void CaptureLink::resets(Direction direction, Instant at) {
  if (!is_open(at)) return;
  put(direction, tcp_flag::rst | tcp_flag::ack, {}, at);
  state_ = State::over;
}

/// Only ever of more than before: the same again would be a duplicate, which means loss.
void CaptureLink::acknowledge(Direction direction, std::uint32_t up_to, Instant at) {
  if (state_ != State::open) return;
  End& taker = receiver(direction);
  if (up_to - taker.acknowledged == 0 || up_to - taker.acknowledged > sender(direction).next - taker.acknowledged) return;
  taker.acknowledged = up_to;
  put(direction == Direction::up ? Direction::down : Direction::up, tcp_flag::ack, {}, at);
}

void CaptureLink::put(Direction direction, std::uint8_t flags, ByteView payload, Instant at) {
  const End& from = sender(direction);
  const bool acknowledges = (flags & tcp_flag::ack) != 0;
  CapturedPacket packet;
  packet.at = at;
  append_tcp_packet(packet.bytes, {.from = from.place,
                                   .to = receiver(direction).place,
                                   .sequence = from.next,
                                   .acknowledged = acknowledges ? from.acknowledged : 0,
                                   .flags = flags,
                                   .identification = ++identification_,
                                   .payload = payload});
  packets_.push_back(std::move(packet));
}

}  // namespace fleetsim::sim
