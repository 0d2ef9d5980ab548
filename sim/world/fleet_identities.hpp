// Who the devices of a run are: derived from (seed, index), or real triples read from a file. Only those of this process (--shard k/n).
// A million names and secrets would fill the memory of a simulation, so they are not kept: each is made when somebody asks.
//
//   auto roster = make_roster(scenario, addresses);
//   for (std::size_t i = 0; i < roster->devices.size(); ++i) shard.add_device(roster->spec(i));
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
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

/// Where the names and secrets of a group's devices come from.
struct GroupTriples {
  std::uint64_t seed = 0;
  std::uint16_t group = 0;  // of the scenario
  std::string product_key;
  std::string device_prefix;
  std::shared_ptr<const std::vector<DeviceRow>> listed;  // null: they are derived
};

struct RosterEntry {
  std::uint64_t index = 0;     // in its group, over all shards
  IpAddress address;           // shown to the platform
  std::uint32_t position = 0;  // in its group, as FleetChange::device
  std::uint16_t group = 0;
};

struct GroupRange {
  std::size_t first = 0;  // into Roster::devices
  std::size_t count = 0;
  std::uint32_t count_everywhere = 0;  // in all shards: what the group's executor schedules
};

struct Roster {
  std::vector<RosterEntry> devices;                  // by group, then by position
  std::vector<GroupRange> groups;                    // one per Scenario::groups
  std::vector<GroupTriples> triples;                 // likewise
  std::map<std::size_t, std::string> told_secrets;   // what the platform has given a device instead, by position in `devices`
  std::map<std::size_t, std::string> wrong_secrets;  // what a device has in its place

  /// Lives as long as the roster.
  std::string_view product_key(std::size_t device) const;
  std::string device_name(std::size_t device) const;
  /// Allocates nothing.
  bool is_named(std::size_t device, std::string_view with_key, std::string_view with_name) const;
  /// product key/device name
  std::string full_name(std::size_t device) const;
  /// What the device was burned with.
  device::Identity identity(std::size_t device) const;
  /// As the platform knows it. A secret: never log it.
  std::string registered_secret(std::size_t device) const;
  DeviceSpec spec(std::size_t device) const;
};

Result<Roster, RunError> make_roster(const Scenario& scenario, const std::vector<AddressPlanner>& addresses);

}  // namespace fleetsim::sim
