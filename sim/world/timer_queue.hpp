// The deadlines of all devices of a shard: one per device, in an indexed 4-ary heap, so that a million of them need one timer of the
// event loop. Changing a deadline costs a few moves; nothing is allocated after resize().
//
//   TimerQueue timers;
//   timers.resize(devices);
//   timers.set(slot, device.next_deadline());            // kNever takes it out
//   while (auto due = timers.pop_due(now)) wake(*due);
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "devicecore/base/time.hpp"

namespace fleetsim::sim {

class TimerQueue {
 public:
  void resize(std::uint32_t slots) {
    position_.resize(slots, absent);
    heap_.reserve(slots);
  }

  void set(std::uint32_t slot, Instant at) {
    const std::uint32_t found = position_[slot];
    if (at == kNever) {
      if (found != absent) remove(found);
      return;
    }
    if (found == absent) {
      heap_.push_back({at, slot});
      rise(static_cast<std::uint32_t>(heap_.size()) - 1);
      return;
    }
    const Entry entry{at, slot};
    const bool earlier = before(entry, heap_[found]);
    heap_[found] = entry;
    if (earlier) {
      rise(found);
    } else {
      sink(found);
    }
  }

  Instant earliest() const { return heap_.empty() ? kNever : heap_.front().at; }
  std::size_t size() const { return heap_.size(); }

  /// Takes out the earliest slot whose deadline has come; nothing when none has.
  std::optional<std::uint32_t> pop_due(Instant now) {
    if (heap_.empty() || heap_.front().at > now) return std::nullopt;
    const std::uint32_t slot = heap_.front().slot;
    remove(0);
    return slot;
  }

 private:
  struct Entry {
    Instant at;
    std::uint32_t slot;
  };
  static constexpr std::uint32_t absent = ~std::uint32_t{0};
  static constexpr std::uint32_t arity = 4;

  /// Ties go by slot: the order of wake-ups never depends on history.
  static bool before(const Entry& a, const Entry& b) { return a.at != b.at ? a.at < b.at : a.slot < b.slot; }

  void place(std::uint32_t where, const Entry& entry) {
    heap_[where] = entry;
    position_[entry.slot] = where;
  }

  void rise(std::uint32_t where) {
    const Entry entry = heap_[where];
    while (where > 0) {
      const std::uint32_t parent = (where - 1) / arity;
      if (!before(entry, heap_[parent])) break;
      place(where, heap_[parent]);
      where = parent;
    }
    place(where, entry);
  }

  void sink(std::uint32_t where) {
    const Entry entry = heap_[where];
    const auto count = static_cast<std::uint32_t>(heap_.size());
    for (;;) {
      const std::uint32_t first = where * arity + 1;
      if (first >= count) break;
      std::uint32_t least = first;
      for (std::uint32_t child = first + 1; child < first + arity && child < count; ++child) {
        if (before(heap_[child], heap_[least])) least = child;
      }
      if (!before(heap_[least], entry)) break;
      place(where, heap_[least]);
      where = least;
    }
    place(where, entry);
  }

  void remove(std::uint32_t where) {
    position_[heap_[where].slot] = absent;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (where == heap_.size()) return;
    place(where, last);
    rise(where);
    sink(position_[last.slot]);
  }

  std::vector<Entry> heap_;
  std::vector<std::uint32_t> position_;
};

}  // namespace fleetsim::sim
