// Addresses of countries for a fleet: from the blocks that the platform's configuration lists and from its country database.
//
//   auto countries = FleetCountries::open(scenario);      // the error says how to install the database
//   AddressPlanner::make(group.addresses, seed, countries->get());
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/server/country_database.hpp"
#include "sim/fleet.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/address_plan.hpp"

namespace fleetsim::sim {

class FleetCountries final : public CountryBlocks {
 public:
  static Result<std::unique_ptr<FleetCountries>, RunError> open(const Scenario& scenario);

  std::vector<AddressRange> blocks_of(std::string_view iso_alpha2) const override;

 private:
  std::vector<platform::GeoBlock> listed_;
  std::unique_ptr<platform::CountryDatabase> database_;  // may be null
};

/// One planner per group.
Result<std::vector<AddressPlanner>, RunError> plan_addresses(const Scenario& scenario);

}  // namespace fleetsim::sim
