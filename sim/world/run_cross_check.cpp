#include "sim/world/run_cross_check.hpp"

#include <cstdlib>
#include <fmt/format.h>

namespace fleetsim::sim {
namespace {

constexpr Duration cross_check_interval = std::chrono::milliseconds{100};

LedgerCounts take_counts(RunFleet& fleet, RunPlatform& platform, const ConnectionCensus& census) {
  LedgerCounts counts;
  const FleetTotals before = fleet.totals();
  std::vector<platform::Endpoint> endpoints;
  for (const platform::Endpoint& endpoint : platform.host().endpoints()) {
    if (endpoint.name == "bootstrap" || !IpAddress::parse(endpoint.address)) continue;
    endpoints.push_back(endpoint);
    counts.sessions.push_back({endpoint.name, 0, 0});
  }
  const auto established = census(endpoints);
  counts.kernel_known = established.has_value();
  for (std::size_t i = 0; established && i < endpoints.size(); ++i) counts.sessions[i].established = (*established)[i];
  counts.commits = platform.census().commits;
  platform.with_ledger([&](PlatformLedger& ledger) {
    counts.noticed_moves = ledger.noticed_moves();
    for (LedgerCounts::Sessions& sessions : counts.sessions) {
      const auto at = ledger.sessions().find(sessions.instance);
      if (at != ledger.sessions().end()) sessions.platform = at->second;
    }
  });
  const FleetTotals after = fleet.totals();
  counts.device_moves = after.moves;
  counts.devices_online = after.online;
  counts.on_their_way = after.powered_on > after.online ? after.powered_on - after.online : 0;
  counts.half_open = fleet.half_open();
  counts.settled = before.online == after.online && before.powered_on == after.powered_on && before.connects == after.connects;
  return counts;
}

}  // namespace

std::vector<std::string> disagreements(const LedgerCounts& counts) {
  std::vector<std::string> found;
  if (counts.device_moves < counts.noticed_moves.at_least || counts.device_moves > counts.noticed_moves.at_most) {
    found.push_back(fmt::format("moves: the devices count {}, the platform committed {}, of which the devices must have noticed {} to {}",
                                counts.device_moves, counts.commits, counts.noticed_moves.at_least, counts.noticed_moves.at_most));
  }
  if (!counts.settled) return found;
  const auto may_have_sessions = static_cast<std::int64_t>(counts.on_their_way + counts.half_open);
  std::int64_t on_platform = 0;
  for (const LedgerCounts::Sessions& sessions : counts.sessions) {
    on_platform += sessions.platform;
    const std::int64_t apart = std::abs(sessions.platform - static_cast<std::int64_t>(sessions.established));
    if (counts.kernel_known && apart > may_have_sessions) {
      found.push_back(fmt::format("sessions at {}: the platform has {}, the kernel holds {} connections", sessions.instance,
                                  sessions.platform, sessions.established));
    }
  }
  const auto online = static_cast<std::int64_t>(counts.devices_online);
  if (on_platform < online || on_platform > online + may_have_sessions) {
    found.push_back(fmt::format("devices online: {} by their own word, {} sessions at the platform", counts.devices_online, on_platform));
  }
  return found;
}

CrossCheck cross_check(RunFleet& fleet, RunPlatform& platform, const ConnectionCensus& census, RunClock& clock, Duration patience) {
  const Instant deadline = clock.now() + patience;
  for (;;) {
    const LedgerCounts counts = take_counts(fleet, platform, census);
    CrossCheck check{disagreements(counts), {}};
    if (check.violations.empty() && counts.settled) return check;
    if (clock.now() >= deadline) {
      if (!counts.settled)
        check.not_compared = fmt::format("devices came and went all the time, {} are up and not online", counts.on_their_way);
      return check;
    }
    clock.pass(cross_check_interval);
  }
}

}  // namespace fleetsim::sim
