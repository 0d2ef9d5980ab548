#include "sim/faults/list.hpp"

#include <algorithm>

namespace fleetsim::sim {

std::span<const FaultKind> fault_kinds() {
  static const FaultKind all[] = {
      fault_kind::latency(),        fault_kind::jitter(),           fault_kind::loss(),        fault_kind::bandwidth(),
      fault_kind::reset_peer(),     fault_kind::timeout(),          fault_kind::slow_close(),  fault_kind::slicer(),
      fault_kind::limit_data(),     fault_kind::partition(),        fault_kind::region_down(), fault_kind::bootstrap_outage(),
      fault_kind::dns_failure(),    fault_kind::clock_skew(),       fault_kind::clock_jump(),  fault_kind::power_cut(),
      fault_kind::platform_crash(), fault_kind::duplicate_notify(), fault_kind::late_notify(), fault_kind::stale_endpoint(),
      fault_kind::misbehaviour(),
  };
  return all;
}

const FaultKind* find_fault_kind(std::string_view name) {
  const auto all = fault_kinds();
  const auto found = std::find_if(all.begin(), all.end(), [name](const FaultKind& kind) { return kind.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace fleetsim::sim
