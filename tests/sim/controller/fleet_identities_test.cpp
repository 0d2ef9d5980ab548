// Who the devices are: derived from (seed, index) alone, spread over processes without overlap, or read from a file.
#include "sim/world/fleet_identities.hpp"

#include <cstdio>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "tests/sim/controller/run_scenarios.hpp"

namespace fleetsim::sim {
namespace {

using ::testing::HasSubstr;

Roster roster_of(const Scenario& scenario) {
  std::vector<AddressPlanner> addresses;
  for (const FleetGroup& group : scenario.groups) addresses.push_back(*AddressPlanner::make(group.addresses, scenario.seed, nullptr));
  auto roster = make_roster(scenario, addresses);
  if (!roster) {
    ADD_FAILURE() << roster.error().what;
    return {};
  }
  return std::move(*roster);
}

RunError error_of(const Scenario& scenario) {
  std::vector<AddressPlanner> addresses;
  for (const FleetGroup& group : scenario.groups) addresses.push_back(*AddressPlanner::make(group.addresses, scenario.seed, nullptr));
  auto roster = make_roster(scenario, addresses);
  return roster ? RunError{} : roster.error();
}

TEST(FleetIdentities, SecretsComeFromSeedAndIndexAlone) {
  EXPECT_EQ(derived_secret(1, 5), derived_secret(1, 5));
  EXPECT_NE(derived_secret(1, 5), derived_secret(2, 5));
  EXPECT_NE(derived_secret(1, 5), derived_secret(1, 6));
  EXPECT_EQ(derived_secret(1, 5).size(), derived_secret_bytes);
  std::set<std::string> all;
  for (std::uint64_t i = 0; i < 10000; ++i) all.insert(derived_secret(1, i));
  EXPECT_EQ(all.size(), 10000u);
}

TEST(FleetIdentities, ShardsOfARunShareTheFleetWithoutOverlapOrGap) {
  Scenario scenario = test::small_scenario(100);
  scenario.groups[0].first_index = 1000;  // not a multiple of three: the index decides, not the position
  const Roster whole = roster_of(scenario);
  scenario.shard_count = 3;
  std::size_t found = 0;
  for (scenario.shard_index = 0; scenario.shard_index < 3; ++scenario.shard_index) {
    const Roster part = roster_of(scenario);
    EXPECT_EQ(part.groups[0].count_everywhere, 100u);
    for (std::size_t i = 0; i < part.devices.size(); ++i) {
      ++found;
      const DeviceSpec device = part.spec(i);
      EXPECT_EQ(device.index % 3, scenario.shard_index);
      EXPECT_EQ(device.number, i);
      const DeviceSpec same = whole.spec(device.position);
      EXPECT_EQ(device.identity.device_name(), same.identity.device_name());
      EXPECT_EQ(device.identity.device_secret(), same.identity.device_secret());
      EXPECT_EQ(device.address, same.address);
    }
  }
  EXPECT_EQ(found, 100u);
}

TEST(FleetIdentities, GroupsThatBothCountFromNothingDoNotShareSecrets) {
  Scenario scenario = test::small_scenario(1);
  scenario.groups.push_back(test::meters(1));
  scenario.groups[1].device_prefix = "other-";
  const Roster roster = roster_of(scenario);
  EXPECT_NE(roster.identity(0).device_secret(), roster.identity(1).device_secret());
}

TEST(FleetIdentities, TheDeviceWithTheWrongSecretIsRegisteredWithTheRightOne) {
  Scenario scenario = test::small_scenario(3);
  scenario.groups[0].wrong_secret_device = "meter-000001";
  const Roster roster = roster_of(scenario);
  EXPECT_NE(roster.identity(1).device_secret(), derived_secret(scenario.seed, 1));
  EXPECT_EQ(roster.registered_secret(1), derived_secret(scenario.seed, 1));
  EXPECT_EQ(roster.registered_secret(0), roster.identity(0).device_secret());
  scenario.groups[0].wrong_secret_device = "meter-000009";
  EXPECT_THAT(error_of(scenario).what, HasSubstr("meter-000009"));
}

TEST(FleetIdentities, ReadsRealTriplesFromAFileAndNeverShowsTheirSecrets) {
  const std::string path = ::testing::TempDir() + "fleet_identities_devices.csv";
  std::ofstream(path) << "productKey,deviceName,deviceSecret\na1PK,dev-a,secretA\na1PK,dev-b,secretB\n";
  Scenario scenario = test::small_scenario(0);
  scenario.groups[0].devices_file = path;
  const Roster roster = roster_of(scenario);
  ASSERT_EQ(roster.devices.size(), 2u);
  EXPECT_EQ(roster.groups[0].count_everywhere, 2u);
  EXPECT_EQ(roster.identity(1).device_name(), "dev-b");
  EXPECT_EQ(roster.identity(1).device_secret(), "secretB");
  scenario.groups[0].count = 5;
  const RunError error = error_of(scenario);
  EXPECT_THAT(error.what, HasSubstr("wants 5 devices"));
  EXPECT_EQ(error.what.find("secretA"), std::string::npos);
  std::remove(path.c_str());
  EXPECT_THAT(error_of(scenario).what, HasSubstr(path));
}

TEST(FleetIdentities, TakesRowsThatAreReadAlreadyAndNoFile) {
  Scenario scenario = test::small_scenario(0);
  scenario.groups[0].devices_file = "/no/such/file.csv";
  scenario.groups[0].listed =
      std::make_shared<const std::vector<DeviceRow>>(std::vector<DeviceRow>{{"a1PK", "dev-a", "secretA"}, {"a1PK", "dev-b", "secretB"}});
  EXPECT_EQ(roster_of(scenario).devices.size(), 2u);
  scenario.groups[0].count = 1;
  const Roster one = roster_of(scenario);
  ASSERT_EQ(one.devices.size(), 1u) << "the first so many of them";
  EXPECT_EQ(one.identity(0).device_secret(), "secretA");
}

}  // namespace
}  // namespace fleetsim::sim
