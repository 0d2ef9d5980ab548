// How devices wait between their tries, followed device by device: a side table that has an entry only for devices that failed, 56 bytes
// each, up to a limit. Room for it is set aside at the start and touched as it fills; nothing is allocated for an event.
//
//   gaps.failed({.device = 7, .group = 0, .leg = RetryLeg::connect}, now);      // a try, or the connection
//   gaps.began(same, later);                                                 // the next try: later - now is a gap
//   gaps.succeeded(same);
//
// Of each device and leg the first row of failures that is long enough to tell something is kept; shorter ones give way to the next.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "devicecore/base/time.hpp"
#include "sim/weather/backoff_tally.hpp"
#include "sim/weather/gap_code.hpp"

namespace fleetsim::sim {

class GapTable {
 public:
  struct Who {
    std::uint32_t device = 0;  // any number that is its own within the shard
    std::uint16_t group = 0;
    RetryLeg leg = RetryLeg::connect;
  };

  GapTable(std::uint32_t entries_max, std::size_t groups);

  /// A try ended without success, or the connection that was there is lost.
  void failed(const Who& who, Instant now);
  void began(const Who& who, Instant now) {
    if (!entries_.empty()) note_begin(who, now);
  }
  void succeeded(const Who& who) {
    if (!entries_.empty()) note_success(who);
  }
  /// It may try again, but a firmware may still wait: one that was told the same endpoint that has just failed. A try at once is no wait.
  void may_begin(const Who& who, Instant now) {
    if (!entries_.empty()) note_leave(who, now);
  }
  /// Whatever it was waiting for: its power is off.
  void forget_wait(const Who& who) { succeeded(who); }

  std::size_t size() const { return entries_.size(); }
  /// Classifies all of them.
  std::map<BackoffPlace, BackoffTally> tallies() const;

 private:
  enum class State : std::uint8_t { idle, waiting, trying, free_to_try };
  /// The row of gaps: still growing; ended by a success, so that the next failure begins another; or long enough to be kept for good.
  enum class Row : std::uint8_t { growing, ended, kept };
  struct Entry {
    Who who;
    Instant since{};  // when the state began
    std::array<GapCode, gaps_kept_max> codes{};
    std::uint8_t gaps = 0;
    State state = State::idle;
    Row row = Row::growing;
  };
  static_assert(sizeof(Entry) <= 56, "an entry is a few dozen bytes");
  struct Cost {
    std::uint64_t failed_tries = 0;
    std::uint64_t failed_microseconds = 0;
    std::uint64_t failures_not_followed = 0;
  };

  void note_begin(const Who& who, Instant now);
  void note_leave(const Who& who, Instant now);
  void note_success(const Who& who);
  Entry* find(const Who& who);
  Entry* find_or_make(const Who& who);
  std::size_t slot_of(const Who& who) const;
  Cost& cost_of(const Who& who) { return costs_[who.group][static_cast<std::size_t>(who.leg)]; }

  std::size_t entries_max_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;                      // open addressing: 1 + index of an entry; 0 is free
  std::vector<std::array<Cost, retry_leg_count>> costs_;  // by group
};

}  // namespace fleetsim::sim
