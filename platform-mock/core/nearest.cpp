#include "platform-mock/core/nearest.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "devicecore/base/ensure.hpp"

namespace fleetsim::platform {

double great_circle_km(GeoPoint a, GeoPoint b) {
  constexpr double earth_radius_km = 6371.0;
  constexpr double radians_per_degree = std::numbers::pi / 180.0;
  const double latitude_a = a.latitude_deg * radians_per_degree;
  const double latitude_b = b.latitude_deg * radians_per_degree;
  const double half_latitude = std::sin((latitude_b - latitude_a) / 2);
  const double half_longitude = std::sin((b.longitude_deg - a.longitude_deg) * radians_per_degree / 2);
  const double h = half_latitude * half_latitude + std::cos(latitude_a) * std::cos(latitude_b) * half_longitude * half_longitude;
  return 2 * earth_radius_km * std::asin(std::sqrt(std::clamp(h, 0.0, 1.0)));
}

NearestAccess::NearestAccess(const GeoConfig& config, const CountryLookup* countries, bool planted_takes_first)
    : countries_(countries), fallback_(config.fallback), takes_first_(planted_takes_first), overrides_(config.countries) {
  for (const GeoBlock& block : config.blocks) ensure(!blocks_.add(block.cidr, block.country).has_value());
}

NearestAccess::~NearestAccess() = default;

std::optional<std::string_view> NearestAccess::country_of(const IpAddress& address) const {
  if (const auto configured = blocks_.find(address)) return configured;
  return countries_ == nullptr ? std::nullopt : countries_->country_of(address);
}

std::optional<GeoPoint> NearestAccess::location_of(std::string_view country) const {
  for (const auto& [code, point] : overrides_)
    if (code == country) return point;
  return country_location(country);
}

// Two libraries' sines and arcsines may differ in the last bit, and so may the order of two places that are equally far. Who is nearer only
// by less than this is not nearer: so the same region is chosen on every machine.
constexpr double equally_far_km = 1e-6;

NearestChoice NearestAccess::choose(const IpAddress& address, std::span<const RegionConfig* const> candidates) const {
  ensure(!candidates.empty());
  NearestChoice choice;
  const auto country = country_of(address);
  const auto from = country ? location_of(*country) : std::nullopt;
  if (!from) {
    for (std::size_t i = 0; i < candidates.size(); ++i)
      if (candidates[i]->id == fallback_) choice.index = i;
    return choice;
  }
  choice.country = std::string{*country};
  choice.distance_km = great_circle_km(*from, candidates.front()->location);
  if (takes_first_) return choice;
  for (std::size_t i = 1; i < candidates.size(); ++i) {
    const double distance_km = great_circle_km(*from, candidates[i]->location);
    if (distance_km < choice.distance_km - equally_far_km) {
      choice.index = i;
      choice.distance_km = distance_km;
    }
  }
  return choice;
}

}  // namespace fleetsim::platform
