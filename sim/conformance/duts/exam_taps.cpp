#include "sim/conformance/duts/exam_taps.hpp"

#include <algorithm>

namespace fleetsim::sim {

/// A link that is refused by a fault, or whose name is unknown, never comes to the network's taps; that it was asked for is evidence all
/// the same. It begins when the core asks, and is forgotten when the network tells of it.
void ExamTaps::take_attempt(const device::Event& event, Instant now) {
  constexpr std::uint32_t beyond_the_networks = 1U << 24;
  constexpr std::uint16_t nowhere = 0xfffe;
  const bool asks_bootstrap = event.kind == device::EventKind::bootstrap_started;
  if (asks_bootstrap || event.kind == device::EventKind::connect_started) {
    const auto found = std::find_if(stations_.begin(), stations_.end(),
                                    [&](const Station& one) { return one.host == event.host && one.port == event.port; });
    const auto position = found == stations_.end() ? nowhere : static_cast<std::uint16_t>(found - stations_.begin());
    attempt_ = {.leg = asks_bootstrap ? device::Leg::bootstrap : device::Leg::mqtt,
                .at = now,
                .endpoint = asks_bootstrap ? wire_bootstrap : position};
  }
  const bool has_failed = event.kind == device::EventKind::connect_failed || event.kind == device::EventKind::bootstrap_failed;
  if (!has_failed || !attempt_) return;
  WireEvent told;
  told.at = attempt_->at;
  told.device = the_device;
  told.connection = beyond_the_networks + ++attempts_;
  told.leg = attempt_->leg;
  told.kind = WireKind::opening;
  told.endpoint = attempt_->endpoint;
  seen_.take(told);
  told.at = now;
  told.kind = WireKind::failed;
  seen_.take(told);
  attempt_.reset();
}

}  // namespace fleetsim::sim
