#include "sim/world/faulty_lane.hpp"

#include <algorithm>
#include <utility>

namespace fleetsim::sim {

void FaultyLane::put(ByteView bytes, Instant now, const Asked& asked) {
  while (!bytes.empty()) {
    const ByteView part = bytes.first(std::min(bytes.size(), segment_bytes_max));
    add(part, false, now, asked);
    bytes = bytes.subspan(part.size());
  }
}

void FaultyLane::finish(Instant now, const Asked& asked) { add({}, true, now, asked); }

void FaultyLane::add(ByteView bytes, bool is_finish, Instant now, const Asked& asked) {
  if (is_held_ || is_over_) return;
  make_room();
  waiting_bytes_ += bytes.size();
  segments_.push_back({.begin = bytes_.size(), .size = bytes.size(), .try_at = now, .is_finish = is_finish});
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  try_segment(segments_.size() - 1, now, asked);
}

/// What has gone is thrown away when it is as much as what is there: so each byte is moved once at most.
void FaultyLane::make_room() {
  if (first_ < segments_.size() - first_) return;
  const std::size_t gone = first_ == segments_.size() ? bytes_.size() : segments_[first_].begin;
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(gone));
  segments_.erase(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(first_));
  for (Segment& segment : segments_) segment.begin -= gone;
  first_ = 0;
}

void FaultyLane::drop_from(std::size_t at) {
  for (std::size_t i = at; i < segments_.size(); ++i) waiting_bytes_ -= segments_[i].size;
  segments_.erase(segments_.begin() + static_cast<std::ptrdiff_t>(at), segments_.end());
}

void FaultyLane::try_segment(std::size_t at, Instant now, const Asked& asked) {
  Segment& segment = segments_[at];
  SegmentFate fate;
  if (asked.faults.touches(asked.place, now))
    fate = asked.faults.segment(asked.place, now, {direction_, segment.size}, asked.memory, asked.random);
  if (fate.held) {
    drop_from(at);
    is_held_ = true;
    return;
  }
  if (!fate.lost) return carry(at, fate, now);
  if (++segment.tries >= tries_max) {
    waiting_bytes_ -= std::exchange(segment.size, 0);
    return carry(at, {.end = SegmentFate::End::reset}, now);
  }
  segment.try_at = now + segment.timeout;
  segment.timeout = std::min(segment.timeout * 2, timeout_max);
}

/// It is on its way. Slices are segments of their own from here on.
void FaultyLane::carry(std::size_t at, const SegmentFate& fate, Instant now) {
  Segment segment = segments_[at];
  if (fate.end != SegmentFate::End::none && fate.end_after_bytes < segment.size) {
    waiting_bytes_ -= segment.size - fate.end_after_bytes;
    segment.size = fate.end_after_bytes;
  }
  const std::size_t slice = fate.slice_bytes == 0 ? std::max<std::size_t>(segment.size, 1) : fate.slice_bytes;
  Instant sent_at = now;
  std::size_t from = 0;
  std::size_t place = at;
  do {
    const std::size_t piece = std::min(slice, segment.size - from);
    Segment one{.begin = segment.begin + from, .size = piece, .is_finish = segment.is_finish};
    if (fate.bytes_per_second > 0) {
      line_free_at_ = std::max(line_free_at_, sent_at) + Duration{static_cast<std::int64_t>(1'000'000 * piece / fate.bytes_per_second)};
      sent_at = line_free_at_;
    }
    one.arrives_at = std::max(sent_at + fate.delay, now) + (segment.is_finish ? fate.close_delay : Duration{0});
    from += piece;
    if (from == segment.size) one.end = fate.end;
    if (place == at) {
      segments_[at] = one;
    } else {
      segments_.insert(segments_.begin() + static_cast<std::ptrdiff_t>(place), one);
    }
    ++place;
    sent_at += fate.slice_delay;
  } while (from < segment.size);
  if (fate.end == SegmentFate::End::none) return;
  drop_from(place);
  is_over_ = true;
}

std::optional<FaultyLane::Piece> FaultyLane::take_due(Instant now, const Asked& asked, std::vector<std::uint8_t>& bytes) {
  for (std::size_t i = first_; i < segments_.size(); ++i)
    if (segments_[i].arrives_at == kNever && segments_[i].try_at <= now) try_segment(i, now, asked);
  if (empty() || segments_[first_].arrives_at > now) return std::nullopt;
  const Segment& first = segments_[first_++];
  waiting_bytes_ -= first.size;
  const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(first.begin);
  bytes.assign(begin, begin + static_cast<std::ptrdiff_t>(first.size));
  return Piece{first.end, first.is_finish};
}

Instant FaultyLane::next() const {
  Instant at = empty() ? kNever : segments_[first_].arrives_at;
  for (std::size_t i = first_; i < segments_.size(); ++i)
    if (segments_[i].arrives_at == kNever) at = std::min(at, segments_[i].try_at);
  return at;
}

}  // namespace fleetsim::sim
