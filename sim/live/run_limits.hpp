// What this process may use, checked before a run begins and watched while it goes on: descriptors and memory.
//
//   if (auto error = check_descriptors({.devices = 9000, .connects_in_flight = 400, .ends = 2})) return fail(*error);
#pragma once

#include <cstdint>
#include <optional>

#include "sim/fleet.hpp"
#include "sim/world/process_resources.hpp"

namespace fleetsim::sim {

struct DescriptorNeed {
  std::uint64_t devices = 0;
  std::uint64_t connects_in_flight = 0;
  std::uint64_t ends = 2;  // of each connection in this process: 2 in world sockets, 1 in world external

  std::uint64_t total() const;
};

/// Raises the soft limit to the hard one, then says what is missing, if anything.
std::optional<RunError> check_descriptors(const DescriptorNeed& need);
/// The same against a given limit: what the check decides, without the process.
std::optional<RunError> check_descriptors(const DescriptorNeed& need, std::uint64_t limit);

}  // namespace fleetsim::sim
