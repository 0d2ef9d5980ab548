// Whole devices on real sockets against the platform on real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "live_world.hpp"

namespace fleetsim::sim {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

std::uint64_t count_in_region(const ShardReport& report, Metric metric, std::uint16_t region) {
  std::uint64_t count = 0;
  for (const Series& series : report.metrics.all()) {
    if (series.metric == metric && series.tags.region == region) count += series.count + series.latency.count();
  }
  return count;
}

/// The platform's map has one entry a region with {pk} in it; a device asks for the name of its own product.
void name_the_products_hosts(RunRuntime& runtime, Scenario&) {
  for (const char* region : {"cn-shanghai", "ap-southeast-1"}) {
    std::string rest = ".iot-as-mqtt.";
    rest += region;
    rest += ".aliyuncs.com";
    const auto found = runtime.hosts.find("{pk}" + rest);
    if (found != runtime.hosts.end()) runtime.hosts["a1TestPK001" + rest] = found->second;
  }
}

void bootstrap_at_no_such_host(RunRuntime& runtime, Scenario&) { runtime.group_configs[0].bootstrap_host = "no.such.host"; }

void bootstrap_where_nobody_listens(RunRuntime& runtime, Scenario&) {
  runtime.group_configs[0].bootstrap_host = "127.0.31.99";
  runtime.group_configs[0].bootstrap_port = 1;
}

TEST(LiveShard, BringsDevicesFromTheGlobalEndpointToTheirInstance) {
  LiveWorld world({.devices = 30, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 30; }));
  EXPECT_EQ(world.shard().online_in_group(0), 30U);
  const ShardReport report = world.shard().report();
  EXPECT_EQ(metric_count_of(report, Metric::bootstraps), 30U);
  EXPECT_EQ(metric_count_of(report, Metric::bootstrap_seconds), 30U);
  EXPECT_EQ(count_in_region(report, Metric::connects, 1), 30U);
  EXPECT_EQ(metric_count_of(report, Metric::connect_seconds), 30U);
  EXPECT_GT(rate_per_second(report.metrics.total(Metric::connects), 1e9), 1) << "from the first to the last, not over all the time";
  EXPECT_EQ(report.failures_total, 0U);
  EXPECT_EQ(world.statistics().sessions_online, 30U);
}

TEST(LiveShard, MovesEveryDeviceThereAndBackAndMeasuresTheWholeMove) {
  LiveWorld world({.devices = 20, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 20; }));
  world.distribute(LiveWorld::shanghai, LiveWorld::singapore);
  ASSERT_EQ(world.error(), "");
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().moves == 20; }));
  world.distribute(LiveWorld::singapore, LiveWorld::shanghai);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().moves == 40; }));
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 20; }));
  EXPECT_EQ(world.shard().moved_in_group(0), 40U);
  EXPECT_EQ(world.statistics().commits, 40U);
  const ShardReport report = world.shard().report();
  EXPECT_EQ(count_in_region(report, Metric::moves, 2), 20U) << "counted at the instance they came to";
  EXPECT_EQ(count_in_region(report, Metric::moves, 1), 20U);
  EXPECT_EQ(metric_count_of(report, Metric::move_seconds), 40U);
  EXPECT_EQ(metric_count_of(report, Metric::notifies), 40U);
  EXPECT_EQ(world.shard().movers_in_group(0), 20U) << "each of them twice";
}

class LiveShardTls : public ::testing::TestWithParam<DeviceTls> {};

TEST_P(LiveShardTls, MovesDevicesWithTlsOnBothLegs) {
  LiveWorld world({.devices = 4, .bootstrap_tls = GetParam(), .mqtt_tls = GetParam(), .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 4; }));
  world.distribute(LiveWorld::shanghai, LiveWorld::singapore);
  EXPECT_TRUE(world.eventually([&] { return world.shard().counters().moves == 4; }));
}

TEST_P(LiveShardTls, SaysWhyAnUntrustedPlatformIsNotSpokenTo) {
  LiveWorld stranger({.devices = 1, .adjust = {}});
  const std::string other_ca = stranger.server().ca_pem();
  LiveWorld world(
      {.devices = 2, .bootstrap_tls = GetParam(), .adjust = [&](RunRuntime& runtime, Scenario&) { runtime.ca_pem = other_ca; }});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return metric_count_of(world.shard().report(), Metric::bootstrap_failures) >= 2; }));
  const ShardReport report = world.shard().report();
  ASSERT_EQ(report.failures.size(), 2U);
  EXPECT_THAT(report.failures[0].reason, HasSubstr("bootstrap failed: TLS failed"));
  EXPECT_EQ(world.shard().counters().online, 0U);
}

INSTANTIATE_TEST_SUITE_P(Engines, LiveShardTls, ::testing::Values(DeviceTls::mbedtls, DeviceTls::openssl));

TEST(LiveShard, NamesTheDeviceWithAWrongSecretAndNeverTheSecret) {
  LiveWorld world({.devices = 5, .wrong_secret_at = 3, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 4 && world.shard().counters().connect_failures > 0; }));
  const ShardReport report = world.shard().report();
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_EQ(report.failures[0].device, "a1TestPK001/dev3");
  EXPECT_EQ(report.failures[0].group, "meters");
  EXPECT_THAT(report.failures[0].reason, HasSubstr("connect refused: 4 (bad user name or password)"));
  EXPECT_THAT(report.failures[0].reason, ::testing::Not(HasSubstr("another-password")));
  EXPECT_EQ(metric_count_of(report, Metric::connects_refused), 1U);
}

TEST(LiveShard, ShowsADeviceAddressThatNoSocketHasByProxyHeader) {
  LiveWorld world({.devices = 3, .proxy = true, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 3; }));
  for (std::uint32_t i = 0; i < 3; ++i) {
    EXPECT_EQ(world.seen_address("dev" + std::to_string(i)), IpAddress::from_v4(0xcb007100U + i)) << "203.0.113." << i;
  }
}

TEST(LiveShard, ResolvesRealisticNamesByTheHostsMap) {
  LiveWorld world({.devices = 3, .names = platform::AdvertisedNames::realistic, .adjust = name_the_products_hosts});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  EXPECT_TRUE(world.eventually([&] { return world.shard().counters().online == 3; }));
}

TEST(LiveShard, TellsADeviceWhoseHostNobodyKnowsThatNamesFailed) {
  LiveWorld world({.devices = 1, .adjust = bootstrap_at_no_such_host});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return metric_count_of(world.shard().report(), Metric::bootstrap_failures) > 0; }));
  const ShardReport report = world.shard().report();
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_THAT(report.failures[0].reason, HasSubstr("no address is known for no.such.host"));
}

TEST(LiveShard, TellsADeviceThatNobodyListens) {
  LiveWorld world({.devices = 1, .adjust = bootstrap_where_nobody_listens});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return metric_count_of(world.shard().report(), Metric::bootstrap_failures) > 0; }));
  EXPECT_THAT(world.shard().report().failures.at(0).reason, HasSubstr("connection refused"));
}

TEST(LiveShard, PublishesWhatIsOrderedAndCountsItDown) {
  LiveWorld world({.devices = 6, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 6; }));
  world.shard().publish(0, {.groups = {}, .count = 40, .qos = 1});
  // Counted from the moment of the order: else this would not wait.
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().commands_pending == 0; }));
  EXPECT_EQ(world.shard().counters().publish_acks, 240U);
  EXPECT_EQ(metric_count_of(world.shard().report(), Metric::publish_ack_seconds), 240U);
  world.shard().publish(0, {.groups = {}, .count = 100, .qos = 0});
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().commands_pending == 0; }));
  EXPECT_EQ(world.shard().counters().publishes, 240U + 600U);
  EXPECT_TRUE(world.eventually([&] { return world.statistics().publishes_received >= 840; }));
}

TEST(LiveShard, ClosedLoopLoadKeepsItsWindowFullUntilItIsStopped) {
  LiveWorld world({.devices = 4, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  PublishLoad load;
  load.topic = "/{pk}/{dn}/user/update";
  load.window = 4;
  world.shard().start_load(0, load);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().publish_acks > 2000; }));
  world.shard().stop_load(0);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().publish_acks == world.shard().counters().publishes; }));
}

// With one post on its way all the time, a move hardly ever finds none: its reply is lost with the session.
TEST(LiveShard, ClosedLoopPropertyPostsGoOnAfterEveryMove) {
  LiveWorld world({.devices = 1, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 1; }));
  world.shard().start_load(0, {});
  for (std::uint64_t move = 0; move < 4; ++move) {
    const bool there = move % 2 == 0;
    world.distribute(there ? LiveWorld::shanghai : LiveWorld::singapore, there ? LiveWorld::singapore : LiveWorld::shanghai);
    ASSERT_EQ(world.error(), "");
    ASSERT_TRUE(world.eventually([&] { return world.shard().counters().moves == move + 1; }));
    const std::uint64_t before = world.shard().counters().publishes;
    ASSERT_TRUE(world.eventually([&] { return world.shard().counters().publishes > before + 20; })) << "after move " << move;
  }
}

TEST(LiveShard, TheLargestLoadsThatAScenarioMayAskForAreCarried) {
  LiveWorld world({.devices = 2, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 2; }));
  PublishLoad load;
  load.topic = "/{pk}/{dn}/user/update";
  load.payload_bytes = load_payload_bytes_max;
  world.shard().start_load(0, load);
  EXPECT_TRUE(world.eventually([&] { return world.shard().counters().publish_acks > 20; }));
  load.topic.clear();
  load.payload_bytes = load_property_bytes_max;
  world.shard().start_load(0, load);
  EXPECT_TRUE(world.eventually([&] { return metric_count_of(world.shard().report(), Metric::property_reply_seconds) > 20; }));
  EXPECT_EQ(world.shard().report().loads_refused, 0U);
}

TEST(LiveShard, OrdersOfADeviceThatIsOffAreNotTakenForPublished) {
  LiveWorld world({.devices = 3, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.shard().publish(0, {.groups = {}, .count = 4, .qos = 1});
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().commands_pending == 0; }));
  EXPECT_EQ(world.shard().counters().commands_failed, 12U);
  EXPECT_EQ(world.shard().report().first_unpublished, "a1TestPK001/dev0: switched off");
}

TEST(LiveShard, OpenModelLoadPublishesAtItsRateWhateverTheAcknowledgementsDo) {
  LiveWorld world({.devices = 2, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 2; }));
  PublishLoad load;
  load.topic = "/{pk}/{dn}/user/update";
  load.rate_per_second_per_device = 100;
  load.duration = 500ms;
  const auto began = std::chrono::steady_clock::now();
  world.shard().start_load(0, load);
  ASSERT_TRUE(world.eventually([&] { return std::chrono::steady_clock::now() - began > 600ms; }));
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().publish_acks == world.shard().counters().publishes; }));
  EXPECT_GE(world.shard().counters().publishes, 90U);
  EXPECT_LE(world.shard().counters().publishes, 100U);
  EXPECT_EQ(world.shard().report().paced_publishes, world.shard().counters().publishes);
  EXPECT_EQ(world.shard().report().arrivals, 0U) << "the fleet itself came by no schedule that could be late";
}

TEST(LiveShard, PropertyPostsAreMeasuredUntilTheirReply) {
  LiveWorld world({.devices = 3, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  PublishLoad posts;
  posts.rate_per_second_per_device = 50;
  world.shard().start_load(0, posts);
  EXPECT_TRUE(world.eventually([&] { return metric_count_of(world.shard().report(), Metric::property_reply_seconds) >= 30; }));
}

TEST(LiveShard, OrderlyPowerOffSaysGoodbyeAndPowerOnFindsTheStoredEndpoint) {
  LiveWorld world({.devices = 5, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 5; }));
  world.shard().power_off(0, false);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().powered_on == 0; }));
  EXPECT_EQ(world.shard().counters().online, 0U);
  EXPECT_TRUE(world.eventually([&] { return world.statistics().sessions_online == 0; }));
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 5; }));
  EXPECT_EQ(metric_count_of(world.shard().report(), Metric::bootstraps), 5U) << "the second time nobody had to ask";
}

TEST(LiveShard, APlatformMissesDevicesWithoutPowerWhenTheirKeepAliveHasRunOutOrTheyComeBack) {
  LiveWorld world({.devices = 5, .adjust = [](RunRuntime& runtime, Scenario&) { runtime.group_configs[0].keep_alive_s = 2; }});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 5; }));
  world.shard().publish(0, {.groups = {}, .count = 1000, .qos = 1});
  world.shard().power_off(0, true);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().powered_on == 0; }));
  EXPECT_EQ(world.shard().counters().commands_pending, 0U) << "what a dead device was to publish is not waited for";
  EXPECT_GT(world.shard().counters().commands_failed, 0U) << "nor taken for published";
  EXPECT_EQ(world.statistics().sessions_online, 5U) << "nobody has told it";
  EXPECT_EQ(world.shard().half_open(), 5U);
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 5; }));
  EXPECT_EQ(world.statistics().sessions_online, 5U) << "each has taken its own place";
  EXPECT_TRUE(world.eventually([&] { return world.shard().half_open() == 0; }));
  const Instant cut_at = world.now();
  world.shard().power_off(0, true);
  ASSERT_TRUE(world.eventually([&] { return world.statistics().sessions_online == 0; }));
  EXPECT_GE(world.now() - cut_at, 1500ms) << "1.5 times the keep-alive after the last packet";
  EXPECT_TRUE(world.eventually([&] { return world.shard().half_open() == 0; }));
}

TEST(LiveShard, OpenModelArrivalsThatComeLateAreCounted) {
  LiveWorld world({.devices = 20, .connects_in_flight = 1, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  // Due half a second ago, all of them: whatever the machine does, they are late.
  world.shard().run_schedule(0, std::make_shared<TestSchedule>(20, 1us), world.now() - 500ms);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 20; }));
  EXPECT_TRUE(world.eventually([&] { return world.shard().counters().schedules_running == 0; }));
  const ShardReport report = world.shard().report();
  EXPECT_EQ(report.arrivals, 20U);
  EXPECT_EQ(report.late_arrivals, 20U);
  for (const Series& series : report.metrics.all()) {
    if (series.metric != Metric::bootstrap_seconds) continue;
    EXPECT_GE(series.latency.min(), 450'000U) << "from the scheduled moment";
    EXPECT_LT(series.latency_uncorrected.min(), 450'000U) << "from the real start";
  }
}

TEST(LiveShard, EveryArrivalCountsFromItsOwnMomentNotFromTheSchedulesBegin) {
  LiveWorld world({.devices = 2, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  // Due ten seconds ago, and five seconds ago.
  world.shard().run_schedule(0, std::make_shared<TestSchedule>(2, 5s), world.now() - 10s);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 2; }));
  Histogram bootstraps;
  const ShardReport report = world.shard().report();
  for (const Series& series : report.metrics.all()) {
    if (series.metric == Metric::bootstrap_seconds) bootstraps.merge(series.latency);
  }
  ASSERT_EQ(bootstraps.count(), 2U);
  EXPECT_GE(bootstraps.max(), 10'000'000U);
  EXPECT_LT(bootstraps.min(), 10'000'000U);
}

TEST(LiveShard, ClosedModelArrivalsAreNeverLate) {
  LiveWorld world({.devices = 20, .connects_in_flight = 1, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.shard().run_schedule(0, std::make_shared<TestSchedule>(20, 0us), world.now() - 500ms);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 20; }));
  EXPECT_EQ(world.shard().report().late_arrivals, 0U);
  EXPECT_EQ(world.shard().report().arrivals, 0U) << "they cannot be late, so they must not thin out those that can";
}

TEST(LiveShard, AnArrivalOfADeviceThatIsUpAlreadyIsDroppedAndCounted) {
  LiveWorld world({.devices = 4, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 4; }));
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().schedules_running == 0; }));
  EXPECT_EQ(metric_count_of(world.shard().report(), Metric::dropped_arrivals), 4U);
  EXPECT_EQ(world.shard().counters().online, 4U);
}

TEST(LiveShard, AGroupThatIsSwitchedOffIsNotBroughtUpByWhatItsScheduleHadStillToDo) {
  LiveWorld world({.devices = 4, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.shard().run_schedule(0, std::make_shared<TestSchedule>(4, 0us), world.now() + 1h);
  EXPECT_EQ(world.shard().counters().schedules_running, 1U);
  world.shard().power_off(0, false);
  EXPECT_TRUE(world.eventually([&] { return world.shard().counters().schedules_running == 0; }));
  EXPECT_EQ(world.shard().counters().powered_on, 0U);
}

TEST(LiveShard, ReportOutlivesStopAndStopIsIdempotent) {
  LiveWorld world({.devices = 3, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 3; }));
  world.shard().stop();
  world.shard().stop();
  const ShardReport report = world.shard().report();
  EXPECT_EQ(metric_count_of(report, Metric::connects), 3U);
  EXPECT_EQ(report.failures_total, 0U) << "taken before the sockets were closed";
  EXPECT_TRUE(world.eventually([&] { return world.statistics().sessions_online == 0; }));
}

TEST(LiveShard, DevicesComeBackByThemselvesAfterThePlatformClosesTheirSessions) {
  LiveWorld world({.devices = 3, .adjust = {}});
  ASSERT_EQ(world.start(), "");
  world.bring_up(0us);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 3; }));
  world.server().stop(0ms);
  ASSERT_TRUE(world.eventually([&] { return world.shard().counters().online == 0; }));
  const ShardReport report = world.shard().report();
  EXPECT_EQ(report.failures_total, 3U);
  EXPECT_FALSE(report.failures.empty());
}

}  // namespace
}  // namespace fleetsim::sim
