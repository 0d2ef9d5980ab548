// The one list of kinds of faults, and the functions that make them.
#pragma once

#include <span>
#include <string_view>

#include "sim/faults/fault.hpp"

namespace fleetsim::sim {

/// In the order in which people read them.
std::span<const FaultKind> fault_kinds();
/// Null when there is none of that name.
const FaultKind* find_fault_kind(std::string_view name);

namespace fault_kind {
// links
FaultKind latency();
FaultKind jitter();
FaultKind loss();
FaultKind bandwidth();
FaultKind reset_peer();
FaultKind timeout();
FaultKind slow_close();
FaultKind slicer();
FaultKind limit_data();
FaultKind partition();
FaultKind region_down();
FaultKind bootstrap_outage();
FaultKind dns_failure();
// devices
FaultKind clock_skew();
FaultKind clock_jump();
FaultKind power_cut();
// the platform
FaultKind platform_crash();
FaultKind duplicate_notify();
FaultKind late_notify();
FaultKind stale_endpoint();
FaultKind misbehaviour();
}  // namespace fault_kind

}  // namespace fleetsim::sim
