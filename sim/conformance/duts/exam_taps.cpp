#include "sim/conformance/duts/exam_taps.hpp"

#include <algorithm>

namespace fleetsim::sim {

/// That a link was asked for is evidence, also when a fault or an unknown name kept it from the network. Where it was to lead is the
/// station's at that address; the network's own links have smaller numbers.
void ExamTaps::take_kept_back(WireEvent event) {
  constexpr std::uint32_t beyond_the_networks = 1U << 24;
  constexpr std::uint16_t nowhere = 0xfffe;
  KeptBack& kept = kept_back_[static_cast<std::size_t>(event.leg)];
  if (event.kind == WireKind::opening) {
    const auto found = std::find_if(stations_.begin(), stations_.end(), [&event](const Station& one) {
      return one.port == event.platform_port && IpAddress::parse(one.address) == event.platform_address;
    });
    ++kept.count;
    kept.endpoint = found == stations_.end() ? nowhere : static_cast<std::uint16_t>(found - stations_.begin());
    if (event.leg == device::Leg::bootstrap) kept.endpoint = wire_bootstrap;
  }
  event.connection = beyond_the_networks + kept.count;
  event.endpoint = kept.endpoint;
  seen_.take(event);
}

}  // namespace fleetsim::sim
