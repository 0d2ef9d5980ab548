// Which line a link of the simulated network has: by the group of its device, the country that the device's address was drawn for, and
// where the link leads. Worked out once for all of them; a link keeps the number of its route.
//
//   const std::uint8_t route = routes.route_of(device, endpoint);
//   routes.line(route).latency;
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario/network.hpp"
#include "sim/virtual/virtual_endpoints.hpp"
#include "sim/world/fleet_identities.hpp"

namespace fleetsim::sim {

/// Where the devices are, as routes name it.
struct FleetPlaces {
  std::vector<std::string> groups;       // as Scenario::groups
  std::vector<std::string> countries;    // that routes name; ISO has fewer than 255
  std::vector<std::uint8_t> country_of;  // by position in the roster: into countries, or no_country; empty: no device has one
  static constexpr std::uint8_t no_country = 255;
};

class LinkRoutes {
 public:
  static constexpr std::uint8_t of_all = 0;

  /// Settings, places and roster outlive it.
  LinkRoutes(const NetworkSettings& settings, const FleetPlaces& places, const VirtualEndpoints& endpoints, const Roster& roster);

  std::uint8_t route_of(std::uint32_t device, std::uint16_t endpoint) const {
    if (table_.empty()) return of_all;
    const std::size_t country = places_.country_of.empty() ? places_.countries.size() : country_at(device);
    const std::size_t row = roster_.devices[device].group * (places_.countries.size() + 1) + country;
    return table_[row * endpoints_ + endpoint];
  }
  const LineSettings& line(std::uint8_t route) const {
    return route == of_all ? settings_ : settings_.routes[static_cast<std::size_t>(route) - 1].line;
  }

 private:
  std::size_t country_at(std::uint32_t device) const {
    const std::uint8_t country = places_.country_of[device];
    return country == FleetPlaces::no_country ? places_.countries.size() : country;
  }

  const NetworkSettings& settings_;
  const FleetPlaces& places_;
  const Roster& roster_;
  std::size_t endpoints_;
  std::vector<std::uint8_t> table_;  // by group, country (the last: none) and endpoint; empty: all have the line of all
};

}  // namespace fleetsim::sim
