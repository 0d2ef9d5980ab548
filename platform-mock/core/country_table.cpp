#include <algorithm>
#include <array>

#include "platform-mock/core/nearest.hpp"

namespace fleetsim::platform {
namespace {

struct CountryRow {
  std::string_view code;
  GeoPoint location;
};

constexpr CountryRow country_rows[] = {
#include "platform-mock/core/country_table.inc"
};

constexpr bool sorted_by_code() {
  for (std::size_t i = 1; i < std::size(country_rows); ++i)
    if (!(country_rows[i - 1].code < country_rows[i].code)) return false;
  return true;
}
static_assert(sorted_by_code(), "the look-up is a binary search");

}  // namespace

std::optional<GeoPoint> country_location(std::string_view iso_alpha2) {
  const auto* const at = std::lower_bound(std::begin(country_rows), std::end(country_rows), iso_alpha2,
                                          [](const CountryRow& row, std::string_view code) { return row.code < code; });
  if (at == std::end(country_rows) || at->code != iso_alpha2) return std::nullopt;
  return at->location;
}

}  // namespace fleetsim::platform
