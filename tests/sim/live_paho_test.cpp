// Devices whose MQTT leg is Paho's, under the same agent and with the same report.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "live_world.hpp"

namespace fleetsim::sim {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class PahoFleet : public ::testing::TestWithParam<DeviceTls> {};

TEST_P(PahoFleet, IsBootstrappedMovedAndMeasuredAsEveryOther) {
  LiveWorld world({.devices = 4, .mqtt_tls = GetParam(), .transport = Transport::paho, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 4; }));
  world.distribute(LiveWorld::shanghai, LiveWorld::singapore);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().moves == 4; }));
  const ShardReport report = world.shard().report();
  EXPECT_EQ(metric_count_of(report, Metric::connect_seconds), 8U);
  EXPECT_EQ(metric_count_of(report, Metric::move_seconds), 4U);
  EXPECT_EQ(world.statistics().commits, 4U);
}

INSTANTIATE_TEST_SUITE_P(Transports, PahoFleet, ::testing::Values(DeviceTls::off, DeviceTls::openssl));

TEST(Paho, PublishesAreAcknowledgedByItsDeliveryTokens) {
  LiveWorld world({.devices = 2, .transport = Transport::paho, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 2; }));
  world.shard().publish(0, {.groups = {}, .count = 50, .qos = 1});
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().commands_pending == 0; }));
  EXPECT_EQ(world.shard().counters().publish_acks, 100U);
}

TEST(Paho, ATopicThatIsNoneIsGivenUpAsItIsByOurOwnEngine) {
  LiveWorld world({.devices = 1, .transport = Transport::paho, .adjust = [](LiveRuntime&, Scenario& scenario) {
                     scenario.groups[0].load = PublishLoad{};
                     scenario.groups[0].load->topic = "meters/#";
                   }});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 1; }));
  world.shard().publish(0, {.groups = {}, .count = 2, .qos = 1});
  EXPECT_TRUE(world.eventually([&] { return world.shard().counters().commands_pending == 0; }));
  EXPECT_EQ(world.shard().counters().publishes, 0U);
  EXPECT_EQ(metric_count_of(world.shard().report(), Metric::disconnects), 0U);
}

TEST(Paho, PropertyPostsGetTheirReplies) {
  LiveWorld world({.devices = 2, .transport = Transport::paho, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  PublishLoad posts;
  posts.rate_per_second_per_device = 50;
  world.shard().start_load(0, posts);
  EXPECT_TRUE(world.eventually([&] { return metric_count_of(world.shard().report(), Metric::property_reply_seconds) >= 10; }));
}

TEST(Paho, AWrongSecretIsReportedWithTheServersCode) {
  LiveWorld world({.devices = 2, .transport = Transport::paho, .wrong_secret_at = 1, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 1 && world.shard().counters().connect_failures > 0; }));
  const ShardReport report = world.shard().report();
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_THAT(report.failures[0].reason, HasSubstr("connect refused: 4"));
}

TEST(Paho, GoesOffInAnOrderlyWayAndComesBack) {
  LiveWorld world({.devices = 3, .transport = Transport::paho, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 3; }));
  world.shard().power_off(0, false);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().powered_on == 0; }));
  EXPECT_TRUE(world.eventually([&] { return world.statistics().sessions_online == 0; }));
  world.bring_up(0us);
  EXPECT_TRUE(world.eventually([&] { return world.shard().counters().online == 3; }));
}

TEST(Paho, HearsThatThePlatformIsGone) {
  LiveWorld world({.devices = 2, .transport = Transport::paho, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 2; }));
  world.server().stop(0ms);
  EXPECT_TRUE(world.eventually([&] { return world.shard().counters().online == 0; }));
}

TEST(Paho, SaysClearlyWhatItCannotDo) {
  LiveWorld names({.devices = 1, .transport = Transport::paho, .names = platform::AdvertisedNames::realistic, .adjust = {}});
  EXPECT_THAT(names.start(), HasSubstr("cannot use the platform's realistic names"));
  LiveWorld proxy({.devices = 1, .transport = Transport::paho, .proxy = true, .adjust = {}});
  EXPECT_THAT(proxy.start(), HasSubstr("cannot send a PROXY header"));
  LiveWorld ranges({.devices = 1, .transport = Transport::paho, .adjust = [](LiveRuntime&, Scenario& scenario) {
                      scenario.groups[0].addresses.kind = AddressPlan::Kind::ranges;
                    }});
  EXPECT_THAT(ranges.start(), HasSubstr("cannot choose a source address"));
}

}  // namespace
}  // namespace fleetsim::sim
