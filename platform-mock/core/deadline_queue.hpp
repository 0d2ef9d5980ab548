// One deadline a slot, given back in the order of (time, slot), so runs repeat. How many steps a deadline takes does not depend on how many
// others there are: those that are far away lie in piles, by digits of their time, and only the pile whose time has come is put in order.
// What ten million cost more than ten thousand is memory that no cache holds (tests/bench/deadline_queue_bench.cpp). A deadline that moves
// further away, as most do, costs one store: its entry stays where it is and is looked at when its old moment comes. Memory is taken as the
// number of entries grows, and never again.
//
//   deadlines.set(slot, now + 10s);                              // kNever clears it
//   while (auto due = deadlines.pop_due(now)) expire(*due);
#pragma once

#include <algorithm>
#include <array>
#include <bit>
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
  /// Room for so many slots at once; without it there is room as soon as a slot is named.
  void resize(std::uint32_t slots) { slots_.resize(slots); }

  /// Sets or moves the deadline of a slot; kNever clears it.
  void set(std::uint32_t slot, Instant at) {
    if (slot >= slots_.size()) slots_.resize(slot + std::size_t{1});
    Slot& one = slots_[slot];
    if (one.at == kNever) ++set_;
    if (at == kNever) --set_;
    one.at = at;
    if (at < one.filed) file_anew(slot);
    settle();
  }
  void clear(std::uint32_t slot) {
    if (slot < slots_.size()) set(slot, kNever);
  }

  /// Takes the earliest slot whose deadline is not after `now`.
  std::optional<std::uint32_t> pop_due(Instant now) {
    if (near_.empty() || next() > now) return std::nullopt;
    const std::uint32_t slot = near_.front().slot;
    take_first();
    slots_[slot] = {};
    --set_;
    settle();
    return slot;
  }

  Instant next() const { return near_.empty() ? kNever : near_.front().at; }
  std::size_t size() const { return set_; }
  /// Those of the queue itself, the ones that are of no use any more among them.
  std::size_t entries() const { return entries_; }
  /// Those that are kept in order: what is due at once.
  std::size_t in_order() const { return near_.size(); }

 private:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  /// A tick is 1 ms: what lies in one is put in order when it comes.
  static constexpr int tick_bits = 10;
  static constexpr int digit_bits = 6;
  static constexpr std::size_t digits = std::size_t{1} << digit_bits;
  static constexpr std::size_t levels = (63 - tick_bits + digit_bits - 1) / digit_bits;
  /// What a deadline that is set may cost later, when an earlier one comes than all that there were: so many entries filed again.
  static constexpr std::size_t credit_a_deadline = 4;
  /// Entries that others have replaced are thrown out when there are so many for each slot.
  static constexpr std::size_t entries_a_slot_max = 4;

  struct Entry {
    Instant at{};
    std::uint32_t slot = 0;
  };
  struct Slot {
    Instant at = kNever;
    Instant filed = kNever;  // of its one entry that counts, never later than `at`; kNever: it has none
  };
  /// A part of a pile; piles are lists of them, so that an empty one takes four bytes.
  struct Chunk {
    static constexpr std::uint32_t room = 15;
    std::array<Entry, room> entries;
    std::uint32_t used = 0;
    std::uint32_t next = none;
  };
  static_assert(sizeof(Chunk) <= 256);
  struct Level {
    Level() { piles.fill(none); }
    std::uint64_t has_any = 0;  // a bit a pile
    std::size_t entries = 0;
    std::array<std::uint32_t, digits> piles{};
  };

  static std::int64_t tick_of(Instant at) { return at.time_since_epoch().count() >> tick_bits; }
  /// The first of a heap is the one that comes first.
  static bool later(const Entry& a, const Entry& b) { return a.at != b.at ? a.at > b.at : a.slot > b.slot; }

  void file_anew(std::uint32_t slot) {
    if (++entries_ > slots_.size() * entries_a_slot_max) throw_out();
    slots_[slot].filed = slots_[slot].at;
    credit_ += credit_a_deadline;
    file({slots_[slot].at, slot});
  }

  /// With the others of its tick when that has come; else by the highest digit in which it differs from the tick that is here.
  void file(const Entry& entry) {
    const std::int64_t tick = tick_of(entry.at);
    if (tick < tick_) go_back(tick);
    if (tick <= tick_) {
      __builtin_prefetch(&slots_[entry.slot]);  // slots lie far apart, and it is looked at soon
      near_.push_back(entry);
      std::push_heap(near_.begin(), near_.end(), later);
      return;
    }
    const std::size_t level = level_of(tick);
    const auto digit = static_cast<std::size_t>(tick >> (level * digit_bits)) % digits;
    levels_[level].has_any |= std::uint64_t{1} << digit;
    std::uint32_t& pile = levels_[level].piles[digit];
    if (pile == none || chunks_[pile].used == Chunk::room) pile = fresh_chunk(pile);
    Chunk& chunk = chunks_[pile];
    chunk.entries[chunk.used++] = entry;
    ++levels_[level].entries;
  }

  /// By the highest digit in which it differs from the tick that is here.
  std::size_t level_of(std::int64_t tick) const {
    return static_cast<std::size_t>((std::bit_width(static_cast<std::uint64_t>(tick ^ tick_)) - 1) / digit_bits);
  }

  /// The tick that is here is that of the earliest entry, which may lie far ahead: when many come that are earlier (a fleet's first
  /// deadlines, in any order), they would all lie in the heap. So time goes back, and what was nearer than the difference is filed again,
  /// as long as the deadlines set so far have paid for it.
  void go_back(std::int64_t tick) {
    if (!near_.empty()) tick = std::min(tick, tick_of(near_.front().at));
    if (tick == tick_) return;
    const std::size_t level = level_of(tick);
    std::size_t cost = near_.size();
    for (std::size_t below = 0; below < level; ++below) cost += levels_[below].entries;
    if (cost > credit_) return;
    credit_ -= cost;
    tick_ = tick;
    moved_.swap(near_);
    for (const Entry& entry : moved_) file(entry);
    moved_.clear();
    for (std::size_t below = 0; below < level; ++below)
      for (std::size_t digit = 0; digit < digits; ++digit) for_each_taken(below, digit, [this](const Entry& entry) { file(entry); });
  }

  std::uint32_t fresh_chunk(std::uint32_t next) {
    std::uint32_t chunk = spare_;
    if (chunk == none) {
      chunk = static_cast<std::uint32_t>(chunks_.size());
      chunks_.emplace_back();
    } else {
      spare_ = chunks_[chunk].next;
    }
    chunks_[chunk].used = 0;
    chunks_[chunk].next = next;
    return chunk;
  }

  /// Until the first entry is right: its slot's deadline, and none is earlier.
  void settle() {
    for (;;) {
      while (near_.empty())
        if (!open_next_pile()) return;
      const Entry first = near_.front();
      Slot& one = slots_[first.slot];
      if (first.at == one.filed && first.at == one.at) return;
      take_first();
      if (first.at != one.filed) continue;
      one.filed = one.at;
      if (one.at != kNever) {
        ++entries_;
        file({one.at, first.slot});
      }
    }
  }

  void take_first() {
    std::pop_heap(near_.begin(), near_.end(), later);
    near_.pop_back();
    --entries_;
  }

  /// The earliest pile is nearest in its digits: it goes to piles of lower digits, and what is of its first tick into the heap.
  bool open_next_pile() {
    for (std::size_t level = 0; level < levels; ++level) {
      if (levels_[level].has_any == 0) continue;
      const auto digit = static_cast<std::size_t>(std::countr_zero(levels_[level].has_any));
      const std::size_t shift = level * digit_bits;
      tick_ = (((tick_ >> shift >> digit_bits) << digit_bits) | static_cast<std::int64_t>(digit)) << shift;
      for_each_taken(level, digit, [this](const Entry& entry) { file(entry); });
      return true;
    }
    return false;
  }

  template <class Work>
  void for_each_taken(std::size_t level, std::size_t digit, const Work& work) {
    levels_[level].has_any &= ~(std::uint64_t{1} << digit);
    std::uint32_t chunk = std::exchange(levels_[level].piles[digit], none);
    while (chunk != none) {
      levels_[level].entries -= chunks_[chunk].used;
      for (std::uint32_t i = 0; i < chunks_[chunk].used; ++i) {
        const Entry entry = chunks_[chunk].entries[i];  // a copy: filing may move the chunks
        work(entry);
      }
      const std::uint32_t next = chunks_[chunk].next;
      chunks_[chunk].next = spare_;
      spare_ = chunk;
      chunk = next;
    }
  }

  /// Only a slot that is moved nearer again and again leaves many behind.
  void throw_out() {
    const auto is_of_use = [this](const Entry& entry) { return slots_[entry.slot].filed == entry.at; };
    std::vector<Entry> kept;
    const auto keep = [&](const Entry& entry) {
      if (is_of_use(entry)) kept.push_back(entry);
    };
    for (const Entry& entry : near_) keep(entry);
    near_.clear();
    for (std::size_t level = 0; level < levels; ++level)
      for (std::size_t digit = 0; digit < digits; ++digit) for_each_taken(level, digit, keep);
    for (const Entry& entry : kept) file(entry);
    entries_ = kept.size() + 1;
  }

  std::vector<Slot> slots_;
  std::vector<Entry> near_;  // a heap: what is due in this tick or before
  std::vector<Entry> moved_;
  std::array<Level, levels> levels_{};
  std::vector<Chunk> chunks_;
  std::uint32_t spare_ = none;  // chunks without a pile, chained
  std::int64_t tick_ = 0;
  std::size_t set_ = 0;
  std::size_t entries_ = 0;
  std::size_t credit_ = 0;
};

}  // namespace fleetsim::platform
