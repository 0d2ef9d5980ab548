// One deadline per connection, ordered by (time, slot): a binary heap that knows where each slot stands, so that setting, moving and
// clearing cost O(log n) and nothing stale stays behind. Ties go to the lower slot, so runs repeat.
//
//   deadlines.set(slot, now + 10s);
//   while (auto due = deadlines.pop_due(now)) expire(*due);
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "devicecore/base/time.hpp"

namespace fleetsim::platform {

class DeadlineQueue {
 public:
  /// Sets or moves the deadline of a slot; kNever clears it.
  void set(std::uint32_t slot, Instant at) {
    if (slot >= positions_.size()) positions_.resize(slot + 1, absent);
    if (at == kNever) {
      clear(slot);
      return;
    }
    if (positions_[slot] == absent) {
      positions_[slot] = static_cast<std::uint32_t>(heap_.size());
      heap_.push_back({at, slot});
      rise(positions_[slot]);
      return;
    }
    heap_[positions_[slot]].at = at;
    rise(positions_[slot]);
    sink(positions_[slot]);
  }

  void clear(std::uint32_t slot) {
    if (slot >= positions_.size() || positions_[slot] == absent) return;
    const std::uint32_t hole = positions_[slot];
    positions_[slot] = absent;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (last.slot == slot) return;
    place(hole, last);
    rise(positions_[last.slot]);
    sink(positions_[last.slot]);
  }

  /// Takes the earliest slot whose deadline is not after `now`.
  std::optional<std::uint32_t> pop_due(Instant now) {
    if (heap_.empty() || heap_.front().at > now) return std::nullopt;
    const std::uint32_t slot = heap_.front().slot;
    clear(slot);
    return slot;
  }

  Instant next() const { return heap_.empty() ? kNever : heap_.front().at; }
  std::size_t size() const { return heap_.size(); }

 private:
  static constexpr std::uint32_t absent = std::numeric_limits<std::uint32_t>::max();

  struct Entry {
    Instant at{};
    std::uint32_t slot = 0;
    friend bool operator<(const Entry& a, const Entry& b) { return a.at != b.at ? a.at < b.at : a.slot < b.slot; }
  };

  void place(std::uint32_t position, const Entry& entry) {
    heap_[position] = entry;
    positions_[entry.slot] = position;
  }
  void exchange(std::uint32_t a, std::uint32_t b) {
    const Entry moved = heap_[a];
    place(a, heap_[b]);
    place(b, moved);
  }
  void rise(std::uint32_t position) {
    while (position > 0) {
      const std::uint32_t parent = (position - 1) / 2;
      if (!(heap_[position] < heap_[parent])) return;
      exchange(position, parent);
      position = parent;
    }
  }
  void sink(std::uint32_t position) {
    for (;;) {
      const std::size_t left = 2 * static_cast<std::size_t>(position) + 1;
      if (left >= heap_.size()) return;
      auto least = static_cast<std::uint32_t>(left);
      if (left + 1 < heap_.size() && heap_[left + 1] < heap_[left]) ++least;
      if (!(heap_[least] < heap_[position])) return;
      exchange(position, least);
      position = least;
    }
  }

  std::vector<Entry> heap_;
  std::vector<std::uint32_t> positions_;  // by slot
};

}  // namespace fleetsim::platform
