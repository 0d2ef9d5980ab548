// Who the devices of a run are: derived from (seed, index), or real triples read from a file. Only those of this process (--shard k/n).
//
//   auto roster = make_roster(scenario, addresses);
//   for (const DeviceSpec& device : roster->devices) shard.add_device(device);
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "devicecore/base/result.hpp"
#include "sim/fleet.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/address_plan.hpp"
#include "sim/world/shard.hpp"

namespace fleetsim::sim {

inline constexpr std::size_t derived_secret_bytes = 32;

/// What all draws of a device come from: its index, and its group, because every group may count from 0.
constexpr std::uint64_t fleet_index(std::uint16_t group, std::uint64_t index) { return (std::uint64_t{group} << 48) + index; }

/// 32 hex digits.
std::string derived_secret(std::uint64_t seed, std::uint64_t index);

/// What the platform was told about a device, where it differs from what the device has.
struct RegisteredSecret {
  std::size_t device = 0;  // into Roster::devices
  std::string secret;
};

struct GroupRange {
  std::size_t first = 0;  // into Roster::devices
  std::size_t count = 0;
  std::uint32_t count_everywhere = 0;  // in all shards: what the group's executor schedules
};

struct Roster {
  std::vector<DeviceSpec> devices;  // by group, then by position
  std::vector<GroupRange> groups;   // one per Scenario::groups
  std::vector<RegisteredSecret> other_secrets;

  /// As the platform knows it. A secret: never log it.
  std::string_view registered_secret(std::size_t device) const;
};

Result<Roster, RunError> make_roster(const Scenario& scenario, const std::vector<AddressPlanner>& addresses);

}  // namespace fleetsim::sim
