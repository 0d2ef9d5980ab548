#include "sim/conformance/duts/second_session.hpp"

#include <algorithm>

namespace fleetsim::sim {
namespace {

/// It was open when the other one's CONNECT came: the platform ended it later than that.
bool is_taken_over(const SeenLink& earlier, const SeenLink& later, std::uint64_t asked) {
  if (&earlier == &later || earlier.is_bootstrap() || earlier.endpoint != later.endpoint) return false;
  if (earlier.end != SeenEnd::closed_by_platform && earlier.end != SeenEnd::reset_by_platform) return false;
  const SeenMessage* const own = earlier.acceptance();
  const bool was_online = own != nullptr && own->order < asked;
  return was_online && earlier.first("DISCONNECT", Direction::up) == nullptr && earlier.ended_order > asked;
}

}  // namespace

const SeenLink* second_session(const Seen& seen) {
  for (const SeenLink& later : seen.links()) {
    const SeenMessage* const asked = later.first("CONNECT", Direction::up);
    if (later.is_bootstrap() || asked == nullptr || later.acceptance() == nullptr) continue;
    const auto is_open_till_then = [&](const SeenLink& earlier) { return is_taken_over(earlier, later, asked->order); };
    if (std::any_of(seen.links().begin(), seen.links().end(), is_open_till_then)) return &later;
  }
  return nullptr;
}

}  // namespace fleetsim::sim
