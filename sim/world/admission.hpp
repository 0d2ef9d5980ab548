// Lets at most `limit` devices of a shard establish links at a time; the others wait in the order they came. A device holds its place from
// the first link it opens until it is online, or has no link any more.
//
//   if (!admission.try_take()) admission.wait(slot);
//   while (auto next = admission.take_next()) begin(*next);
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace fleetsim::sim {

class Admission {
 public:
  explicit Admission(std::uint32_t limit) : limit_(limit == 0 ? 1 : limit) {}

  /// Takes a place now, unless others wait already.
  bool try_take() {
    if (taken_ >= limit_ || !waiting_.empty()) return false;
    ++taken_;
    return true;
  }
  /// Each device waits at most once, so the shard's devices bound the queue. One that was switched off while it waited and comes again has
  /// kept its place.
  void wait(std::uint32_t slot) {
    if (slot >= waits_.size()) waits_.resize(std::size_t{slot} + 1, false);
    if (waits_[slot]) return;
    waits_[slot] = true;
    waiting_.push_back(slot);
  }
  /// The device that waited longest, with a place taken for it; nothing when no place is free or none waits.
  std::optional<std::uint32_t> take_next() {
    if (!can_take_next()) return std::nullopt;
    const std::uint32_t slot = waiting_.front();
    waiting_.pop_front();
    waits_[slot] = false;
    ++taken_;
    return slot;
  }
  bool can_take_next() const { return taken_ < limit_ && !waiting_.empty(); }
  void give_back() { --taken_; }

  std::uint32_t taken() const { return taken_; }
  std::size_t waiting() const { return waiting_.size(); }

 private:
  std::uint32_t limit_;
  std::uint32_t taken_ = 0;
  std::deque<std::uint32_t> waiting_;
  std::vector<bool> waits_;  // by slot
};

}  // namespace fleetsim::sim
