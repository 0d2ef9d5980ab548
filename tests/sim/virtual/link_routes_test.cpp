// Which links have a line of their own.
#include "sim/virtual/link_routes.hpp"

#include <gtest/gtest.h>

#include "tests/sim/controller/run_scenarios.hpp"
#include "tests/sim/virtual/three_devices.hpp"

namespace fleetsim::sim {
namespace {

using device::Leg;
using std::chrono::milliseconds;

NetworkRoute route(Duration latency) {
  NetworkRoute made;
  made.line.latency = {latency, latency, latency, latency, latency};
  return made;
}

/// Device 0 is a meter from DE, 1 a meter from nowhere, 2 a sensor from JP. Endpoint 0 is the bootstrap's, then shanghai, singapore,
/// frankfurt.
class LinkRoutesTest : public ::testing::Test {
 protected:
  LinkRoutesTest() {
    places_ = {.groups = {"meters", "sensors"}, .countries = {"DE", "JP"}, .country_of = {0, FleetPlaces::no_country, 1}};
  }
  Duration latency(std::uint32_t device, std::uint16_t endpoint) const {
    const LinkRoutes routes(settings_, places_, endpoints_, roster_);
    return routes.line(routes.route_of(device, endpoint)).latency.p50;
  }
  static constexpr Duration of_all = milliseconds{25};
  static constexpr Duration own = milliseconds{7};

  const Roster roster_ = test::three_devices();
  FleetPlaces places_;
  NetworkSettings settings_;
  const VirtualEndpoints endpoints_{test::three_regions()};
};

TEST_F(LinkRoutesTest, WithoutRoutesAllLinksAreAlike) {
  for (std::uint32_t device = 0; device < 3; ++device)
    for (std::uint16_t endpoint = 0; endpoint < 4; ++endpoint) EXPECT_EQ(latency(device, endpoint), of_all);
}

TEST_F(LinkRoutesTest, OfAGroupAreForItsDevicesWhereverTheyConnect) {
  settings_.routes = {route(own)};
  settings_.routes[0].groups = {"sensors"};
  for (std::uint16_t endpoint = 0; endpoint < 4; ++endpoint) {
    EXPECT_EQ(latency(0, endpoint), of_all);
    EXPECT_EQ(latency(2, endpoint), own);
  }
}

TEST_F(LinkRoutesTest, BetweenACountryAndARegionAreForThatPairAlone) {
  settings_.routes = {route(own)};
  settings_.routes[0].countries = {"DE"};
  settings_.routes[0].regions = {"eu-central-1"};
  EXPECT_EQ(latency(0, 3), own);
  EXPECT_EQ(latency(0, 1), of_all) << "another region";
  EXPECT_EQ(latency(0, 0), of_all) << "a bootstrap link leads to no region";
  EXPECT_EQ(latency(1, 3), of_all) << "from nowhere";
  EXPECT_EQ(latency(2, 3), of_all) << "another country";
}

TEST_F(LinkRoutesTest, OfOneLegLeaveTheOtherAlone) {
  settings_.routes = {route(own)};
  settings_.routes[0].leg = Leg::bootstrap;
  EXPECT_EQ(latency(0, 0), own);
  EXPECT_EQ(latency(0, 1), of_all);
  settings_.routes[0].leg = Leg::mqtt;
  EXPECT_EQ(latency(0, 0), of_all);
  EXPECT_EQ(latency(0, 1), own);
}

TEST_F(LinkRoutesTest, TheFirstThatFitsCounts) {
  settings_.routes = {route(milliseconds{3}), route(own)};
  settings_.routes[0].regions = {"cn-shanghai"};
  EXPECT_EQ(latency(0, 1), milliseconds{3});
  EXPECT_EQ(latency(0, 2), own);
}

TEST_F(LinkRoutesTest, TheShortestOfThemIsTheLeastOfTheNetwork) {
  EXPECT_EQ(settings_.least(), milliseconds{10});
  settings_.routes = {route(milliseconds{30}), route(milliseconds{3})};
  EXPECT_EQ(settings_.least(), milliseconds{3});
}

}  // namespace
}  // namespace fleetsim::sim
