#include "platform-mock/core/api/replay_guard.hpp"

#include <utility>

namespace fleetsim::platform {
namespace {

/// FNV-1a with a last mix. Two of a million nonces share a value once in tens of millions of runs, and then a request is refused that
/// its sender repeats with another nonce.
std::uint64_t hash_of(AccountIndex account, std::string_view nonce) {
  std::uint64_t hash = 0xcbf29ce484222325U ^ account.value;
  for (const char c : nonce) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  hash = (hash ^ (hash >> 32U)) * 0x9e3779b97f4a7c15U;
  return hash ^ (hash >> 29U);
}

}  // namespace

bool ReplayGuard::remember(AccountIndex account, std::string_view nonce, std::int64_t now_s) {
  if (young_.size() >= limits_.nonces_max / 2 && !old_.empty() && now_s - young_since_s_ <= limits_.keep_s && limits_.counts != nullptr)
    limits_.counts->reached(LimitKind::api_nonces);
  if (young_.size() >= limits_.nonces_max / 2 || now_s - young_since_s_ > limits_.keep_s) {
    old_ = std::exchange(young_, {});
    young_since_s_ = now_s;
  }
  const std::uint64_t hash = hash_of(account, nonce);
  if (old_.find(hash) != old_.end()) return false;
  return young_.insert(hash).second;
}

}  // namespace fleetsim::platform
