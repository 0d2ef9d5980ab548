// Do the ledgers agree? The devices' own counts, the platform's events, its registry and the kernel's table of connections are kept apart
// all through a run and compared at its end.
//
//   for (const std::string& violation : cross_check(fleet, platform, patience)) ...
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/live/live_platform.hpp"
#include "sim/live/run_fleet.hpp"

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
  bool settled = false;              // no device is between two states, so that connections can be compared
  bool kernel_known = false;
};

std::vector<std::string> disagreements(const LedgerCounts& counts);

/// Looks until all agree, at most `patience`: a CONNACK may be on its way.
std::vector<std::string> cross_check(RunFleet& fleet, LivePlatform& platform, std::chrono::milliseconds patience);

}  // namespace fleetsim::sim
