#include "sim/virtual/link_routes.hpp"

#include <algorithm>
#include <string_view>

namespace fleetsim::sim {
namespace {

static_assert(NetworkSettings::routes_max < 255);

bool names(const std::vector<std::string>& wanted, std::string_view one) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), one) != wanted.end();
}

bool fits(const NetworkRoute& route, std::string_view group, std::string_view country, const VirtualEndpoint& endpoint) {
  if (!names(route.groups, group) || !names(route.countries, country)) return false;
  switch (endpoint.kind) {
    case VirtualEndpoint::Kind::bootstrap:
      return route.leg != device::Leg::mqtt && route.regions.empty();
    case VirtualEndpoint::Kind::instance:
      return route.leg != device::Leg::bootstrap && names(route.regions, endpoint.region);
    case VirtualEndpoint::Kind::management:
      return route.leg != device::Leg::mqtt && route.regions.empty();  // files: the leg of the bootstrap
  }
  return false;
}

}  // namespace

LinkRoutes::LinkRoutes(const NetworkSettings& settings, const FleetPlaces& places, const VirtualEndpoints& endpoints, const Roster& roster)
    : settings_(settings), places_(places), roster_(roster), endpoints_(endpoints.all().size()) {
  if (settings.routes.empty()) return;
  const auto first_that_fits = [&](std::string_view group, std::string_view country, const VirtualEndpoint& endpoint) {
    const auto found = std::find_if(settings.routes.begin(), settings.routes.end(),
                                    [&](const NetworkRoute& route) { return fits(route, group, country, endpoint); });
    return found == settings.routes.end() ? of_all : static_cast<std::uint8_t>(found - settings.routes.begin() + 1);
  };
  for (const std::string& group : places.groups)
    for (std::size_t country = 0; country <= places.countries.size(); ++country)
      for (const VirtualEndpoint& endpoint : endpoints.all())
        table_.push_back(first_that_fits(group, country < places.countries.size() ? places.countries[country] : std::string{}, endpoint));
}

}  // namespace fleetsim::sim
