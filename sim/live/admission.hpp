// Lets at most `limit` devices of a shard establish links at a time; the others wait in the order they came. A device holds its place from
// the first link it opens until it is online, or has no link any more.
//
//   if (!admission.try_take()) admission.wait(slot);
//   while (auto next = admission.take_next()) begin(*next);
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

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
  /// Each device at most once: the queue is bounded by the shard's devices.
  void wait(std::uint32_t slot) { waiting_.push_back(slot); }
  /// The device that waited longest, with a place taken for it; nothing when no place is free or none waits.
  std::optional<std::uint32_t> take_next() {
    if (!can_take_next()) return std::nullopt;
    const std::uint32_t slot = waiting_.front();
    waiting_.pop_front();
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
};

}  // namespace fleetsim::sim
