// Memory that the shell lends for one step: room for the actions and for the bytes they carry. One per thread is enough
// for any number of devices; nothing in it survives the step.
//
//   const std::size_t n = encode(packet, workspace.scratch());
//   if (!workspace.send(Leg::mqtt, n)) return no_room();
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <variant>

#include "devicecore/base/bytes.hpp"
#include "devicecore/io.hpp"
#include "devicecore/limits.hpp"

namespace fleetsim::device {

class Workspace {
 public:
  /// Forgets what the last step left.
  void reset() {
    action_count_ = 0;
    scratch_used_ = 0;
    growing_ = none_growing;
    ++step_;
  }

  /// Which step this is, counted by reset(): what was handed out in an earlier one is no longer looked at.
  std::uint32_t step() const { return step_; }

  std::size_t actions_free() const { return actions_.size() - action_count_; }
  std::size_t scratch_free() const { return scratch_.size() - scratch_used_; }

  /// Returns false, and drops the action, when there is no room: callers check actions_free() before they begin something.
  bool push(const Action& action) {
    if (actions_free() == 0) return false;
    if (std::holds_alternative<SendBytes>(action)) {
      growing_ = action_count_;
    } else if (!std::holds_alternative<Report>(action)) {
      growing_ = none_growing;  // bytes may overtake a report, but never an open, a close or a flash write
    }
    actions_[action_count_++] = action;
    return true;
  }

  /// Whether send(leg, count) would succeed now, whatever came before it.
  bool can_send(std::size_t count) const { return actions_free() > 0 && scratch_free() >= count; }

  /// Sends the first `count` bytes of scratch(), which the caller has just written. They join the last SendBytes when that is of
  /// the same leg and ends where these begin, so that many small packets of one step leave as one action (and one system call).
  /// Returns false, and sends nothing, when there is no room.
  bool send(Leg leg, std::size_t count) {
    if (scratch_free() < count) return false;
    if (SendBytes* last = growing_send(leg); last != nullptr && last->bytes.data() + last->bytes.size() == scratch().data()) {
      last->bytes = {last->bytes.data(), last->bytes.size() + count};
      keep(count);
      return true;
    }
    if (actions_free() == 0) return false;
    return push(Action{std::in_place_type<SendBytes>, SendBytes{leg, keep(count)}});
  }

  /// The free rest of the scratch bytes; keep(n) makes the first n of them stay for this step.
  MutableBytes scratch() { return MutableBytes(scratch_).subspan(scratch_used_); }
  MutableBytes keep(std::size_t count) {
    const MutableBytes kept = scratch().first(count);
    scratch_used_ += count;
    return kept;
  }

  std::span<const Action> actions() const { return {actions_.data(), action_count_}; }

 private:
  static constexpr std::size_t none_growing = limits::actions_per_step_max;

  SendBytes* growing_send(Leg leg) {
    if (growing_ == none_growing) return nullptr;
    SendBytes* last = std::get_if<SendBytes>(&actions_[growing_]);
    return last != nullptr && last->leg == leg ? last : nullptr;
  }

  std::array<Action, limits::actions_per_step_max> actions_{};
  std::array<std::uint8_t, limits::scratch_bytes> scratch_{};
  std::size_t action_count_ = 0;
  std::size_t scratch_used_ = 0;
  std::uint32_t step_ = 0;
  std::size_t growing_ = none_growing;  // the SendBytes that send() may still lengthen
};

}  // namespace fleetsim::device
