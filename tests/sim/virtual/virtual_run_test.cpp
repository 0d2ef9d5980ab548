// Whole runs in simulated time: one seed decides everything, and what is found there is what sockets find.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <utility>

#include "sim/virtual/virtual_world.hpp"
#include "tests/sim/controller/run_in_process.hpp"
#include "tests/sim/controller/run_scenarios.hpp"

namespace fleetsim::sim {
namespace {

using namespace test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

WaitUntil waiting_for(WaitUntil::What what) {
  WaitUntil wait;
  wait.what = what;
  return wait;
}

Scenario moving(std::uint32_t devices) {
  Scenario scenario = small_scenario(devices);
  scenario.world = WorldKind::virtual_time;
  scenario.duration_max = std::chrono::minutes{20};
  scenario.steps = {step("up", BringOnline{}), step("away", move_to("away", shanghai, singapore)),
                    step("moved", waiting_for(WaitUntil::What::moved)), step("online", waiting_for(WaitUntil::What::online)),
                    step("probe", ProbeStep{})};
  return scenario;
}

TEST(VirtualRun, MovesAFleetInSimulatedTime) {
  const RunResult result = run(moving(100));
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_EQ(result.world, "virtual");
  EXPECT_EQ(result.devices_online, 100U);
  EXPECT_EQ(result.devices_moved, 100U);
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_THAT(result.ledgers_not_compared, IsEmpty());
  EXPECT_THAT(result.trace_hash, SizeIs(32));
  EXPECT_GT(result.elapsed_seconds, 0.1);
}

TEST(VirtualRun, HasOneTraceForASeedWhateverTheThreads) {
  // More than one shard, so that there is something to do side by side.
  Scenario scenario = moving(1'100);
  scenario.connects_in_flight = 1'000;
  ASSERT_GT(VirtualWorld::shards_for(1'100), 1U);
  scenario.threads = 1;
  const RunResult one = run(scenario);
  scenario.threads = 2;
  const RunResult two = run(scenario);
  scenario.threads = 5;
  const RunResult five = run(scenario);
  EXPECT_EQ(one.verdict, Verdict::pass);
  EXPECT_EQ(one.trace_hash, two.trace_hash);
  EXPECT_EQ(one.trace_hash, five.trace_hash);
  EXPECT_EQ(one.elapsed_seconds, two.elapsed_seconds);
}

LatencyQuantiles always(Duration latency) { return {latency, latency, latency, latency, latency}; }

/// The CONNACK of a device has crossed the link four times: SYN, its answer, CONNECT, CONNACK.
TEST(VirtualRun, DevicesAreAsFarAwayAsTheirRouteSaysAndAThreadMoreChangesNothing) {
  Scenario scenario = moving(600);
  scenario.network.latency = always(milliseconds{20});
  scenario.network.jitter = Duration{0};
  NetworkRoute near;
  near.groups = {"sensors"};
  near.line = scenario.network;
  near.line.latency = always(milliseconds{3});
  NetworkRoute far;
  far.regions = {"ap-southeast-1"};
  far.line = scenario.network;
  far.line.latency = always(milliseconds{90});
  scenario.network.routes = {near, far};
  FleetGroup sensors = meters(600);
  sensors.name = "sensors";
  sensors.device_prefix = "sensor-";
  scenario.groups.push_back(sensors);
  scenario.connects_in_flight = 1'200;
  scenario.threads = 1;
  const RunResult result = run(scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> times;  // by group and region
  for (const Series& series : result.metrics.all()) {
    if (series.metric != Metric::connect_seconds) continue;
    const std::string where = result.tag_names.groups[series.tags.group] + " " + result.tag_names.regions[series.tags.region];
    times[where] = {series.latency.min(), series.latency.max()};
  }
  const auto about = [](std::uint64_t low) { return ::testing::Pair(::testing::Ge(low), ::testing::Le(low + low / 50)); };
  EXPECT_THAT(times["sensors cn-shanghai"], about(12'000));
  EXPECT_THAT(times["sensors ap-southeast-1"], about(12'000)) << "the first route that fits";
  EXPECT_THAT(times["meters cn-shanghai"], about(80'000));
  EXPECT_THAT(times["meters ap-southeast-1"], about(360'000));
  scenario.threads = 2;
  EXPECT_EQ(run(scenario).trace_hash, result.trace_hash);
}

TEST(VirtualRun, HasAnotherTraceForAnotherSeed) {
  Scenario scenario = moving(20);
  const std::string first = run(scenario).trace_hash;
  EXPECT_EQ(run(scenario).trace_hash, first);
  scenario.seed = 8;
  EXPECT_NE(run(scenario).trace_hash, first);
}

TEST(VirtualRun, LetsAnHourPassInAMoment) {
  Scenario scenario = moving(50);
  scenario.duration_max = std::chrono::hours{2};
  scenario.groups[0].keep_alive_s = 60;
  scenario.steps = {step("up", BringOnline{}), step("idle", Sleep{std::chrono::hours{1}}),
                    step("online", waiting_for(WaitUntil::What::online))};
  const RunResult result = run(scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_GT(result.elapsed_seconds, 3'600);
  EXPECT_EQ(result.devices_online, 50U);
}

TEST(VirtualRun, TakesAndRefusesWhereSocketsDo) {
  Scenario scenario = moving(10);
  scenario.groups[0].wrong_secret_device = "meter-000003";
  scenario.steps = {step("up", BringOnline{{}, seconds{20}})};
  const RunResult result = run(scenario);
  EXPECT_EQ(result.verdict, Verdict::fail);
  EXPECT_EQ(result.devices_online, 9U);
  ASSERT_THAT(result.failures, SizeIs(1));
  EXPECT_THAT(result.failures[0].reason, ::testing::HasSubstr("connect refused: 4"));
}

TEST(VirtualRun, GoesOnWhenADeviceCouldSendForEverAtOneMoment) {
  Scenario scenario = moving(2);
  PublishLoad load;
  load.topic = "/{pk}/{dn}/user/update";
  load.qos = 0;
  load.window = 4;
  load.duration = milliseconds{20};
  scenario.groups[0].load = load;
  scenario.steps = {step("up", BringOnline{}), step("load", Sleep{seconds{2}})};
  const RunResult result = run(scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_GT(result.metrics.total(Metric::publishes).count, 1'000U);
}

TEST(VirtualRun, RefusesADeviceThatOpensSocketsOfItsOwn) {
  Scenario scenario = moving(1);
  scenario.groups[0].transport = Transport::paho;
  const auto result = run_scenario(scenario, {});
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().what, ::testing::HasSubstr("transport paho"));
}

}  // namespace
}  // namespace fleetsim::sim
