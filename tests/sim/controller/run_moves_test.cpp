// Whole runs on sockets, both ends in this process: bring online, move, probe, fail.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/fleet.hpp"
#include "tests/sim/controller/run_in_process.hpp"
#include "tests/sim/controller/run_scenarios.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace test;

TEST(RunMoves, EveryDeviceGoesThroughBootstrapAndOneJob) {
  Scenario scenario = small_scenario(50);
  scenario.steps = {step("steps[0] bring_online", BringOnline{}), step("steps[1] distribute", move_to("to singapore", shanghai, singapore)),
                    step("steps[2] wait_until", WaitUntil{WaitUntil::What::moved, 1.0, {}, seconds{30}})};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_EQ(result.devices_total, 50u);
  EXPECT_EQ(result.devices_online, 50u);
  EXPECT_EQ(result.devices_moved, 50u);
  EXPECT_EQ(result.devices_stranded, 0u);
  EXPECT_EQ(result.moves, 50u);
  ASSERT_EQ(result.distribution.size(), 1u);
  EXPECT_EQ(result.distribution[0].job, "to singapore");
  EXPECT_EQ(result.distribution[0].targets.at(singapore), 50u);
  EXPECT_EQ(result.metrics.total(Metric::move_seconds).latency.count(), 50u);
  EXPECT_EQ(result.metrics.total(Metric::notify_seconds).latency.count(), 50u);
  EXPECT_EQ(result.metrics.total(Metric::connects).count, 100u);
  EXPECT_GT(result.rates.at("moves_per_second"), 0);
}

TEST(RunMoves, AFleetIsMovedThereAndBackAndOnAndEachDeviceIsAcceptedAtOneInstanceOnly) {
  Scenario scenario = small_scenario(20);
  const WaitUntil moved{WaitUntil::What::moved, 1.0, {}, seconds{30}};
  scenario.steps = {step("s0", BringOnline{}), step("s1", move_to("there", shanghai, singapore)),
                    step("s2", moved),         step("s3", move_to("back", singapore, shanghai)),
                    step("s4", moved),         step("s5", move_to("on", shanghai, frankfurt)),
                    step("s6", moved),         step("s7", ProbeStep{})};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_EQ(result.moves, 60u);
  EXPECT_EQ(result.devices_moved, 20u);
  EXPECT_EQ(result.devices_online, 20u) << "counted before the probe's power-off";
  ASSERT_EQ(result.distribution.size(), 3u);
  EXPECT_EQ(result.distribution[2].targets.at(frankfurt), 20u);
}

TEST(RunMoves, TheProbeSeesASourceThatStillAcceptsAfterTheCommit) {
  Scenario scenario = small_scenario(5);
  scenario.platform.planted_bugs.source_accepts_after_commit = true;
  scenario.steps = {step("s0", BringOnline{}), step("s1", move_to("there", shanghai, singapore)),
                    step("s2", WaitUntil{WaitUntil::What::moved, 1.0, {}, seconds{30}}), step("s3", ProbeStep{})};
  const RunResult result = run(scenario);
  EXPECT_EQ(result.verdict, Verdict::fail);
  ASSERT_EQ(result.violations.size(), 5u);
  EXPECT_THAT(result.violations[0],
              HasSubstr("a1Meter0001/meter-000000: accepted at 2 instances: iotx-oxssharez200, iotx-oxssingapore400"));
}

TEST(RunMoves, BatchesBecomeJobsOfOneEntry) {
  Scenario scenario = small_scenario(25);
  DistributeStep move = move_to("", shanghai, singapore);
  move.batch = 10;
  scenario.steps = {step("s0", BringOnline{}), step("s1", move), step("s2", WaitUntil{WaitUntil::What::moved, 1.0, {}, seconds{30}})};
  const RunResult result = run(scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  ASSERT_EQ(result.distribution.size(), 1u);
  EXPECT_EQ(result.distribution[0].devices, 25u);
  ASSERT_EQ(result.distribution[0].jobs.size(), 3u);
  EXPECT_EQ(result.distribution[0].job, result.distribution[0].jobs[0]) << "no name was given";
}

TEST(RunMoves, ARefusedJobFailsItsStepWithThePlatformsCode) {
  Scenario scenario = small_scenario(3);
  scenario.steps = {step("s0", BringOnline{}), step("s1", move_to("nowhere", shanghai, shanghai)),
                    step("s2", WaitUntil{WaitUntil::What::moved, 1.0, {}, milliseconds{50}})};
  const RunResult result = run(scenario);
  EXPECT_EQ(result.verdict, Verdict::fail);
  EXPECT_THAT(result.steps_failed, ElementsAre(HasSubstr("iot.system.InstanceIdSame"), HasSubstr("0 of 3 moved")));
}

TEST(RunMoves, DevicesGoToTheRegionNearestToTheirCountry) {
  Scenario scenario = small_scenario(40);
  scenario.platform.geo.blocks = {{"85.0.0.0/16", "DE"}, {"103.0.0.0/16", "SG"}, {"36.0.0.0/16", "CN"}};
  for (auto& instance : scenario.platform.instances) instance.mqtt.proxy_protocol = platform::ProxyProtocol::required;
  scenario.platform.bootstrap.proxy_protocol = platform::ProxyProtocol::required;
  FleetGroup& group = scenario.groups[0];
  group.addresses.kind = AddressPlan::Kind::countries;
  group.addresses.countries = {{"DE", 1}, {"SG", 1}, {"CN", 1}};
  group.addresses.proxy = true;
  DistributeStep near = move_to("near", shanghai, shanghai);
  near.policy = platform::Policy::nearest_access;
  near.targets = {shanghai, singapore, frankfurt};
  scenario.steps = {step("s0", BringOnline{}), step("s1", near), step("s2", WaitUntil{WaitUntil::What::moved, 1.0, {}, seconds{30}}),
                    step("s3", ProbeStep{{}, 10})};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_THAT(result.violations, IsEmpty());
  ASSERT_EQ(result.distribution.size(), 1u);
  const auto& targets = result.distribution[0].targets;
  const auto& reasons = result.distribution[0].reasons;
  EXPECT_EQ(targets.at(shanghai) + targets.at(singapore) + targets.at(frankfurt), 40u);
  EXPECT_EQ(reasons.at("DE -> eu-central-1"), targets.at(frankfurt));
  EXPECT_EQ(reasons.at("SG -> ap-southeast-1"), targets.at(singapore));
  EXPECT_EQ(reasons.at("CN -> cn-shanghai"), targets.at(shanghai));
}

TEST(RunMoves, TlsOnBothLegsMovesThemToo) {
  Scenario scenario = small_scenario(10);
  scenario.platform.tls.ecdsa = true;
  scenario.groups[0].bootstrap_tls = DeviceTls::openssl;
  scenario.groups[0].mqtt_tls = DeviceTls::openssl;
  scenario.steps = {step("s0", BringOnline{}), step("s1", move_to("there", shanghai, singapore)),
                    step("s2", WaitUntil{WaitUntil::What::moved, 1.0, {}, seconds{30}}), step("s3", ProbeStep{})};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_EQ(result.devices_moved, 10u);
}

}  // namespace
}  // namespace fleetsim::sim
