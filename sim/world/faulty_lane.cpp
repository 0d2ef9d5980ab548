#include "sim/world/faulty_lane.hpp"

#include <algorithm>
#include <utility>

namespace fleetsim::sim {

void FaultyLane::put(ByteView bytes, Instant now, const Asked& asked) {
  while (!bytes.empty()) {
    const ByteView part = bytes.first(std::min(bytes.size(), segment_bytes_max));
    add({.bytes = {part.begin(), part.end()}, .try_at = now}, now, asked);
    bytes = bytes.subspan(part.size());
  }
}

void FaultyLane::finish(Instant now, const Asked& asked) { add({.bytes = {}, .try_at = now, .is_finish = true}, now, asked); }

void FaultyLane::add(Segment segment, Instant now, const Asked& asked) {
  if (is_held_ || is_over_) return;
  waiting_bytes_ += segment.bytes.size();
  segments_.push_back(std::move(segment));
  try_segment(segments_.size() - 1, now, asked);
}

void FaultyLane::try_segment(std::size_t at, Instant now, const Asked& asked) {
  Segment& segment = segments_[at];
  SegmentFate fate;
  if (asked.faults.touches(asked.place, now))
    fate = asked.faults.segment(asked.place, now, {direction_, segment.bytes.size()}, asked.memory, asked.random);
  if (fate.held) {
    for (std::size_t i = at; i < segments_.size(); ++i) waiting_bytes_ -= segments_[i].bytes.size();
    segments_.erase(segments_.begin() + static_cast<std::ptrdiff_t>(at), segments_.end());
    is_held_ = true;
    return;
  }
  if (!fate.lost) return carry(at, fate, now);
  if (++segment.tries >= tries_max) {
    waiting_bytes_ -= segment.bytes.size();
    segment.bytes.clear();
    return carry(at, {.end = SegmentFate::End::reset}, now);
  }
  segment.try_at = now + segment.timeout;
  segment.timeout = std::min(segment.timeout * 2, timeout_max);
}

/// It is on its way. Slices are segments of their own from here on.
void FaultyLane::carry(std::size_t at, const SegmentFate& fate, Instant now) {
  Segment segment = std::move(segments_[at]);
  if (fate.end != SegmentFate::End::none && fate.end_after_bytes < segment.bytes.size()) {
    waiting_bytes_ -= segment.bytes.size() - fate.end_after_bytes;
    segment.bytes.resize(fate.end_after_bytes);
  }
  const std::size_t size = segment.bytes.size();
  const std::size_t slice = fate.slice_bytes == 0 ? std::max<std::size_t>(size, 1) : fate.slice_bytes;
  Instant sent_at = now;
  std::size_t from = 0;
  std::size_t place = at;
  do {
    const std::size_t piece = std::min(slice, size - from);
    Segment one;
    one.bytes.assign(segment.bytes.begin() + static_cast<std::ptrdiff_t>(from),
                     segment.bytes.begin() + static_cast<std::ptrdiff_t>(from + piece));
    one.is_finish = segment.is_finish;
    if (fate.bytes_per_second > 0) {
      line_free_at_ = std::max(line_free_at_, sent_at) + Duration{static_cast<std::int64_t>(1'000'000 * piece / fate.bytes_per_second)};
      sent_at = line_free_at_;
    }
    one.arrives_at = std::max(sent_at + fate.delay, now) + (segment.is_finish ? fate.close_delay : Duration{0});
    from += piece;
    if (from == size) one.end = fate.end;
    if (place == at) {
      segments_[at] = std::move(one);
    } else {
      segments_.insert(segments_.begin() + static_cast<std::ptrdiff_t>(place), std::move(one));
    }
    ++place;
    sent_at += fate.slice_delay;
  } while (from < size);
  if (fate.end == SegmentFate::End::none) return;
  for (std::size_t i = place; i < segments_.size(); ++i) waiting_bytes_ -= segments_[i].bytes.size();
  segments_.erase(segments_.begin() + static_cast<std::ptrdiff_t>(place), segments_.end());
  is_over_ = true;
}

std::optional<FaultyLane::Piece> FaultyLane::take_due(Instant now, const Asked& asked) {
  for (std::size_t i = 0; i < segments_.size(); ++i)
    if (segments_[i].arrives_at == kNever && segments_[i].try_at <= now) try_segment(i, now, asked);
  if (segments_.empty() || segments_.front().arrives_at > now) return std::nullopt;
  Segment first = std::move(segments_.front());
  segments_.pop_front();
  waiting_bytes_ -= first.bytes.size();
  return Piece{std::move(first.bytes), first.end, first.is_finish};
}

Instant FaultyLane::next() const {
  Instant at = segments_.empty() ? kNever : segments_.front().arrives_at;
  for (const Segment& segment : segments_)
    if (segment.arrives_at == kNever) at = std::min(at, segment.try_at);
  return at;
}

}  // namespace fleetsim::sim
