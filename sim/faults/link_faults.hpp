// What faults remember of one link. Empty, and without memory of its own, until a fault that remembers touches the link.
//
//   std::unique_ptr<LinkFaults> faults;   // made when FaultSet::touches() first says so
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/faults/fault.hpp"

namespace fleetsim::sim {

class LinkFaults {
 public:
  /// Of a fault by its number, which no later fault has again.
  FaultMemory& of(std::uint32_t fault, Direction direction) {
    for (Known& known : known_)
      if (known.fault == fault) return known.memory[static_cast<std::size_t>(direction)];
    return known_.emplace_back(Known{.fault = fault}).memory[static_cast<std::size_t>(direction)];
  }

 private:
  struct Known {
    std::uint32_t fault = 0;
    FaultMemory memory[2] = {};
  };
  std::vector<Known> known_;
};

}  // namespace fleetsim::sim
