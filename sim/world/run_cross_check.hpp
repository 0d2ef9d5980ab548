// Do the ledgers agree? The devices' own counts, the platform's events, its registry and the kernel's table of connections are kept apart
// all through a run and compared at its end.
//
//   const CrossCheck check = cross_check(fleet, platform, census, clock, patience);
//   for (const std::string& violation : check.violations) ...
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/world/run_clock.hpp"
#include "sim/world/run_fleet.hpp"
#include "sim/world/run_platform.hpp"

namespace fleetsim::sim {

/// What was counted, by whom.
struct LedgerCounts {
  std::uint64_t commits = 0;                   // the registry
  PlatformLedger::NoticedMoves noticed_moves;  // the platform's events: what devices must and may have noticed
  std::uint64_t device_moves = 0;              // the devices
  struct Sessions {
    std::string instance;
    std::int64_t platform = 0;      // its events
    std::uint64_t established = 0;  // the kernel
  };
  std::vector<Sessions> sessions;
  std::uint64_t devices_online = 0;  // the devices
  std::uint64_t on_their_way = 0;    // up and not online: each may have a connection, or a session, or none
  std::uint64_t half_open = 0;       // of devices without power: each may still have a session, or not
  bool settled = false;              // the counts stand still, so that connections can be compared
  bool kernel_known = false;
};

std::vector<std::string> disagreements(const LedgerCounts& counts);

struct CrossCheck {
  std::vector<std::string> violations;
  std::string not_compared;  // why connections and sessions were not; empty: they were
};

/// Connections that are established to each of these endpoints (`instances` only), in their order, as somebody counts them who knows
/// neither devices nor platform: the kernel, or the simulated network. Nothing: it cannot tell.
using ConnectionCensus = std::function<std::optional<std::vector<std::uint64_t>>(const std::vector<platform::Endpoint>& instances)>;

/// Looks until all agree, at most `patience`: a CONNACK may be on its way.
CrossCheck cross_check(RunFleet& fleet, RunPlatform& platform, const ConnectionCensus& census, RunClock& clock, Duration patience);

}  // namespace fleetsim::sim
