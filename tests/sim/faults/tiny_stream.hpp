// A stream of one direction, carried as fates say: enough of a link to see what faults make of bytes. Lost segments are sent again after a
// time-out that doubles; order is kept; an end ends it.
//
//   TinyStream stream(faults, {.who = 3});
//   stream.send(Instant{1s}, 1000);
//   stream.arrivals();   // {at, bytes} in order
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "sim/faults/fault_set.hpp"

namespace fleetsim::sim::test {

class TinyStream {
 public:
  static constexpr Duration latency = std::chrono::milliseconds{10};
  static constexpr Duration first_timeout = std::chrono::milliseconds{200};
  static constexpr int tries_max = 16;

  struct Arrival {
    Instant at{};
    std::size_t bytes = 0;
    friend bool operator==(const Arrival&, const Arrival&) = default;
  };
  struct End {
    Instant at{};
    SegmentFate::End how{};
    friend bool operator==(const End&, const End&) = default;
  };

  TinyStream(const FaultSet& faults, const LinkPlace& place, Direction direction = Direction::up, std::uint64_t seed = 1)
      : faults_(faults), place_(place), direction_(direction), random_(RandomStream::fork(seed, "tiny stream", place.who)) {}

  /// False: the stream has ended, or what was sent vanished.
  bool send(Instant now, std::size_t bytes) {
    if (end_ || held_) return false;
    Instant tried_at = now;
    Duration timeout = first_timeout;
    for (int tries = 0; tries < tries_max; ++tries, tried_at += timeout, timeout *= 2) {
      SegmentFate fate;
      if (faults_.touches(place_, tried_at)) fate = faults_.segment(place_, tried_at, {direction_, bytes}, state_, random_);
      if (fate.held) {
        held_ = true;
        return false;
      }
      if (fate.lost) {
        ++retransmissions_;
        continue;
      }
      arrive(tried_at, bytes, fate);
      return true;
    }
    end_ = End{tried_at, SegmentFate::End::reset};
    return false;
  }

  /// An orderly end is sent: when it arrives.
  Instant close(Instant now) {
    SegmentFate fate;
    if (faults_.touches(place_, now)) fate = faults_.segment(place_, now, {direction_, 0}, state_, random_);
    return std::max(last_, now + latency + fate.delay) + fate.close_delay;
  }

  const std::vector<Arrival>& arrivals() const { return arrivals_; }
  const std::optional<End>& end() const { return end_; }
  bool is_held() const { return held_; }
  std::size_t retransmissions() const { return retransmissions_; }
  std::size_t bytes_arrived() const {
    std::size_t sum = 0;
    for (const Arrival& arrival : arrivals_) sum += arrival.bytes;
    return sum;
  }

 private:
  void arrive(Instant sent_at, std::size_t bytes, const SegmentFate& fate) {
    const std::size_t wanted = fate.end == SegmentFate::End::none ? bytes : std::min(bytes, fate.end_after_bytes);
    const std::size_t slice = fate.slice_bytes == 0 ? std::max<std::size_t>(wanted, 1) : fate.slice_bytes;
    Instant at = sent_at + std::max(latency + fate.delay, Duration{0});
    for (std::size_t left = wanted; left > 0; at += fate.slice_delay) {
      const std::size_t piece = std::min(left, slice);
      // Behind what was sent before, however early it would be alone.
      at = std::max(at, last_);
      if (fate.bytes_per_second > 0) at += Duration{static_cast<std::int64_t>(1'000'000 * piece / fate.bytes_per_second)};
      arrivals_.push_back({at, piece});
      last_ = at;
      left -= piece;
    }
    if (fate.end != SegmentFate::End::none) end_ = End{std::max(at, last_), fate.end};
  }

  const FaultSet& faults_;
  LinkPlace place_;
  Direction direction_;
  RandomStream random_;
  LinkFaults state_;
  std::vector<Arrival> arrivals_;
  std::optional<End> end_;
  Instant last_{};
  bool held_ = false;
  std::size_t retransmissions_ = 0;
};

}  // namespace fleetsim::sim::test
