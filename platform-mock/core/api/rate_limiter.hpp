// Calls per second of each account and action, counted in the running second.
//
//   RateLimiter rates(actions);
//   if (!rates.take({account, action, qps}, now)) refuse("Throttling.User");
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "devicecore/base/time.hpp"
#include "platform-mock/core/ids.hpp"

namespace fleetsim::platform {

class RateLimiter {
 public:
  explicit RateLimiter(std::size_t actions) : actions_(actions) {}

  struct Call {
    AccountIndex account;
    std::size_t action = 0;
    std::uint32_t per_second_max = 0;
  };
  /// False, and nothing counted, when the account has used up this second's calls.
  bool take(const Call& call, Instant now) {
    const std::size_t at = call.account.value * actions_ + call.action;
    if (at >= windows_.size()) windows_.resize((call.account.value + std::size_t{1}) * actions_);
    Window& window = windows_[at];
    const std::int64_t second = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    if (window.second != second) window = {second, 0};
    if (window.calls >= call.per_second_max) return false;
    ++window.calls;
    return true;
  }

 private:
  struct Window {
    std::int64_t second = -1;
    std::uint32_t calls = 0;
  };
  std::size_t actions_;
  std::vector<Window> windows_;  // by account and action
};

}  // namespace fleetsim::platform
