// Remembers the nonces of accepted requests for as long as their time would still be accepted, so that nobody sends one a second time.
// Bounded: two generations, each half of the limit; when the younger one is full or old enough, the older one is forgotten.
//
//   ReplayGuard guard({.nonces_max = 1000000, .keep_s = 1800});
//   if (!guard.remember(account, nonce, unix_s)) refuse("SignatureNonceUsed");
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_set>

#include "platform-mock/core/counts/limit_kind.hpp"
#include "platform-mock/core/ids.hpp"

namespace fleetsim::platform {

struct ReplayLimits {
  std::size_t nonces_max = 0;
  std::int64_t keep_s = 0;        // at least so long, unless there are too many
  LimitCounts* counts = nullptr;  // where that is counted; it must outlive the guard
};

class ReplayGuard {
 public:
  explicit ReplayGuard(const ReplayLimits& limits) : limits_(limits) {}

  /// False when the account has used this nonce before.
  bool remember(AccountIndex account, std::string_view nonce, std::int64_t now_s);
  std::size_t size() const { return young_.size() + old_.size(); }

 private:
  ReplayLimits limits_;
  std::unordered_set<std::uint64_t> young_;  // of account and nonce, hashed
  std::unordered_set<std::uint64_t> old_;
  std::int64_t young_since_s_ = 0;
};

}  // namespace fleetsim::platform
