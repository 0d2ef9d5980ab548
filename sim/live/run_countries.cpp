#include "sim/live/run_countries.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "platform-mock/core/cidr_table.hpp"

namespace fleetsim::sim {
namespace {

constexpr unsigned v4_prefix_offset = 96;

/// IPv6 blocks are left out: half of the devices would be drawn from a handful of huge blocks.
void add_v4(const platform::CidrBlock& block, std::vector<AddressRange>& ranges) {
  if (!block.network.is_v4() || block.prefix_bits < v4_prefix_offset) return;
  const unsigned length = block.prefix_bits - v4_prefix_offset;
  const std::uint32_t host = length == 0 ? ~std::uint32_t{0} : (length == 32 ? 0 : ~std::uint32_t{0} >> length);
  ranges.push_back({block.network.v4(), block.network.v4() | host});
}

}  // namespace

Result<std::unique_ptr<FleetCountries>, RunError> FleetCountries::open(const Scenario& scenario) {
  auto countries = std::make_unique<FleetCountries>();
  countries->listed_ = scenario.platform.geo.blocks;
  if (!scenario.platform.geo.database.empty()) {
    auto database = platform::CountryDatabase::open(scenario.platform.geo.database);
    if (!database) return fail(RunError{database.error().what, database.error().hint});
    countries->database_ = std::move(*database);
  }
  return countries;
}

std::vector<AddressRange> FleetCountries::blocks_of(std::string_view iso_alpha2) const {
  std::vector<AddressRange> ranges;
  for (const platform::GeoBlock& block : listed_) {
    const auto parsed = block.country == iso_alpha2 ? platform::CidrBlock::parse(block.cidr) : std::nullopt;
    if (parsed) add_v4(*parsed, ranges);
  }
  if (database_) {
    for (const platform::CidrBlock& block : database_->blocks_of(iso_alpha2)) add_v4(block, ranges);
  }
  std::sort(ranges.begin(), ranges.end(), [](const AddressRange& a, const AddressRange& b) { return a.first < b.first; });
  return ranges;
}

Result<std::vector<AddressPlanner>, RunError> plan_addresses(const Scenario& scenario) {
  const bool wanted = std::any_of(scenario.groups.begin(), scenario.groups.end(),
                                  [](const FleetGroup& group) { return group.addresses.kind == AddressPlan::Kind::countries; });
  std::unique_ptr<FleetCountries> countries;
  if (wanted) {
    auto opened = FleetCountries::open(scenario);
    if (!opened) return fail(opened.error());
    countries = std::move(*opened);
  }
  std::vector<AddressPlanner> planners;
  for (const FleetGroup& group : scenario.groups) {
    auto planner = AddressPlanner::make(group.addresses, scenario.seed, countries.get());
    if (!planner)
      return fail(RunError{fmt::format("addresses of group {}: {}", group.name, planner.error()), "change the group's addresses"});
    planners.push_back(std::move(*planner));
  }
  return planners;
}

}  // namespace fleetsim::sim
