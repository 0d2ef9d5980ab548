// What of the platform's links is open, counted as the simulated network sees it.
#include <algorithm>

#include "sim/virtual/virtual_platform.hpp"

namespace fleetsim::sim {

std::vector<std::uint64_t> VirtualPlatform::census() const {
  std::vector<std::uint64_t> open(advertised_.size() - 1);  // the bootstrap endpoint comes first
  for (const FarEnd& end : ends_) {
    if (end.device == none || !end.core_is_open) continue;
    const VirtualEndpoint& endpoint = wire_.endpoints->all()[end.endpoint];
    if (endpoint.kind == VirtualEndpoint::Kind::instance) ++open[endpoint.instance];
  }
  return open;
}

std::uint64_t VirtualPlatform::half_open() const {
  return static_cast<std::uint64_t>(std::count_if(ends_.begin(), ends_.end(), [](const FarEnd& end) {
    return end.device != none && end.core_is_open && end.is_severed && end.leg == device::Leg::mqtt;
  }));
}

}  // namespace fleetsim::sim
