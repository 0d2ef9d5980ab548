#include "platform-mock/core/mqtt/link.hpp"

#include <algorithm>
#include <chrono>

namespace fleetsim::platform::mqtt {

Instant Link::keep_alive_ends() const {
  if (session == nullptr || keep_alive_s == 0) return kNever;
  return last_packet + std::chrono::milliseconds{1500} * keep_alive_s;
}

Instant Link::deadline() const { return std::min(closes_at, keep_alive_ends()); }

}  // namespace fleetsim::platform::mqtt
