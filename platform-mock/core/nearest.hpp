// Nearest access: from an address to a country, from the country to a point, from the point to the nearest of some regions by
// great-circle distance. Records why. Configured blocks come first, then the lookup (a MaxMind-DB file); an address that neither knows,
// or whose country is nowhere, takes the fallback region when it is among the candidates, else the first.
//
//   NearestAccess nearest(config.geo, &database, false);
//   NearestChoice choice = nearest.choose(peer, candidates);   // "DE", 412 km, candidates[choice.index]
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "platform-mock/core/cidr_table.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/core/ports.hpp"

namespace fleetsim::platform {

struct NearestChoice {
  std::size_t index = 0;               // into the candidates
  std::optional<std::string> country;  // nothing: unknown address, the fallback was taken
  double distance_km = 0;
};

class NearestAccess {
 public:
  NearestAccess(const GeoConfig& config, const CountryLookup* countries, bool planted_takes_first);
  ~NearestAccess();
  NearestAccess(const NearestAccess&) = delete;
  NearestAccess& operator=(const NearestAccess&) = delete;

  /// Precondition: candidates is not empty. Ties go to the earlier candidate.
  NearestChoice choose(const IpAddress& address, std::span<const RegionConfig* const> candidates) const;

 private:
  std::optional<std::string_view> country_of(const IpAddress& address) const;
  std::optional<GeoPoint> location_of(std::string_view country) const;

  const CountryLookup* countries_;
  RegionId fallback_;
  bool takes_first_;
  std::vector<std::pair<std::string, GeoPoint>> overrides_;
  CidrTable blocks_;
};

/// Where a country is (a representative point); nothing for a code that is none.
std::optional<GeoPoint> country_location(std::string_view iso_alpha2);
/// Haversine on a sphere of 6371 km.
double great_circle_km(GeoPoint a, GeoPoint b);

}  // namespace fleetsim::platform
