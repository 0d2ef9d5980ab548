// The deadlines of all devices of a shard: one per device, in an indexed 4-ary heap, so that a million of them need one timer of the
// event loop. A deadline that moves further away, as most do, costs one store: its entry in the heap stays where it is and is looked at
// when its old moment comes. Nothing is allocated after resize().
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
    slots_.resize(slots);
    heap_.reserve(slots);
  }

  void set(std::uint32_t slot, Instant at) {
    Slot& one = slots_[slot];
    if ((one.at == kNever) != (at == kNever)) set_ += at == kNever ? -1 : 1;
    one.at = at;
    if (one.position == absent) {
      if (at == kNever) return;
      heap_.push_back({at, slot});
      rise(static_cast<std::uint32_t>(heap_.size()) - 1);
    } else if (at < heap_[one.position].at) {
      heap_[one.position].at = at;
      rise(one.position);
    }
  }

  /// The earliest deadline. Looks at the entries whose moment is older than their deadline, and puts them where they belong.
  Instant earliest() {
    while (!heap_.empty() && slots_[heap_.front().slot].at != heap_.front().at) put_right();
    return heap_.empty() ? kNever : heap_.front().at;
  }
  std::size_t size() const { return static_cast<std::size_t>(set_); }

  /// Takes out the earliest slot whose deadline has come; nothing when none has.
  std::optional<std::uint32_t> pop_due(Instant now) {
    if (earliest() > now) return std::nullopt;
    const std::uint32_t slot = heap_.front().slot;
    slots_[slot].at = kNever;
    --set_;
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

  struct Slot {
    Instant at = kNever;
    std::uint32_t position = absent;
  };

  /// The first entry is too early: its deadline has moved on, or there is none any more.
  void put_right() {
    const Instant at = slots_[heap_.front().slot].at;
    if (at == kNever) return remove(0);
    heap_.front().at = at;
    sink(0);
  }

  /// Ties go by slot: the order of wake-ups never depends on history.
  static bool before(const Entry& a, const Entry& b) { return a.at != b.at ? a.at < b.at : a.slot < b.slot; }

  void place(std::uint32_t where, const Entry& entry) {
    heap_[where] = entry;
    slots_[entry.slot].position = where;
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
    slots_[heap_[where].slot].position = absent;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (where == heap_.size()) return;
    place(where, last);
    rise(where);
    sink(slots_[last.slot].position);
  }

  std::vector<Entry> heap_;  // never later than the slot's deadline
  std::vector<Slot> slots_;
  std::int64_t set_ = 0;
};

}  // namespace fleetsim::sim
