// The regions that the documents name: id, number in the bootstrap request's region form, and where they are. A platform config may
// name a region by id alone and take the rest from here.
//
//   if (const DocumentedRegion* region = documented_region("eu-central-1")) use(region->location);
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "platform-mock/core/platform_config.hpp"

namespace fleetsim::platform {

struct DocumentedRegion {
  std::uint32_t bootstrap_number;  // n of GET /auth/bootstrap/regionId/{n}
  std::string_view id;
  std::string_view name;
  GeoPoint location;
};

/// Nothing for an id that is in no document.
const DocumentedRegion* documented_region(std::string_view id);
const DocumentedRegion* documented_region(std::uint32_t bootstrap_number);
/// All of them, as a config has them.
std::vector<RegionConfig> documented_regions();

}  // namespace fleetsim::platform
