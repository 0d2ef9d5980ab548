// Memory that the shell lends for one step: room for the actions and for the bytes they carry. One per thread is enough
// for any number of devices; nothing in it survives the step.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

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
  }

  std::size_t actions_free() const { return actions_.size() - action_count_; }
  std::size_t scratch_free() const { return scratch_.size() - scratch_used_; }

  /// Returns false, and drops the action, when there is no room: callers check actions_free() before they begin something.
  bool push(const Action& action) {
    if (actions_free() == 0) return false;
    actions_[action_count_++] = action;
    return true;
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
  std::array<Action, limits::actions_per_step_max> actions_{};
  std::array<std::uint8_t, limits::scratch_bytes> scratch_{};
  std::size_t action_count_ = 0;
  std::size_t scratch_used_ = 0;
};

}  // namespace fleetsim::device
