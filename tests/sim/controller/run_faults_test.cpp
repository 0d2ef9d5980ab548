// Whole runs on sockets in which things go wrong, and go on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/controller/run_in_process.hpp"
#include "tests/sim/controller/run_scenarios.hpp"
#include "tests/sim/kept_events.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace test;

constexpr std::int64_t ms = 1000;

/// The same faults, the same words, in each world.
class RunFaults : public ::testing::TestWithParam<WorldKind> {};
INSTANTIATE_TEST_SUITE_P(InEachWorld, RunFaults, ::testing::Values(WorldKind::sockets, WorldKind::virtual_time),
                         [](const auto& one) { return one.param == WorldKind::sockets ? "sockets" : "virtual"; });

Scenario impatient_scenario(WorldKind world, std::uint32_t devices) {
  Scenario scenario = small_scenario(devices);
  scenario.world = world;
  scenario.groups[0].backoff_floor = milliseconds{100};
  scenario.groups[0].backoff_cap = milliseconds{400};
  return scenario;
}

const WaitUntil all_online{WaitUntil::What::online, 1.0, {}, seconds{60}};
const WaitUntil all_moved{WaitUntil::What::moved, 1.0, {}, seconds{60}};

TEST_P(RunFaults, LatencyIsInWhatTheDevicesMeasure) {
  Scenario scenario = impatient_scenario(GetParam(), 5);
  scenario.faults = {{.name = "slow", .kind = "latency", .arguments = {{"latency", 80 * ms}}, .leg = FaultLeg::mqtt}};
  scenario.steps = {step("s0", BringOnline{})};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, IsEmpty());
  // The opening both ways, the CONNECT up, the CONNACK down.
  EXPECT_GE(result.metrics.total(Metric::connect_seconds).latency.min(), 320'000u);
  EXPECT_LT(result.metrics.total(Metric::bootstrap_seconds).latency.min(), 320'000u);
  EXPECT_GE(result.faults.at("slow"), 5u);
}

TEST_P(RunFaults, AFleetComesBackWhenItsRegionDoes) {
  Scenario scenario = impatient_scenario(GetParam(), 10);
  scenario.faults = {{.name = "outage", .kind = "bootstrap_outage", .until = milliseconds{400}}};
  scenario.steps = {step("s0", BringOnline{}), step("s1", InjectStep{{.name = "down", .kind = "region_down", .regions = {"cn-shanghai"}}}),
                    step("s2", Sleep{milliseconds{300}}), step("s3", HealStep{{"down", "outage"}}), step("s4", all_online)};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_EQ(result.devices_online, 10u);
  EXPECT_GE(result.faults.at("down"), 10u) << "each was reset";
  EXPECT_GE(result.faults.at("outage"), 1u);
  EXPECT_GE(result.metrics.total(Metric::disconnects).count, 10u);
  EXPECT_GE(result.metrics.total(Metric::bootstrap_failures).count, 1u);
}

TEST_P(RunFaults, TheFaultIsWhateverThePlatformCanDoWrong) {
  Scenario scenario = impatient_scenario(GetParam(), 6);
  scenario.faults = {{.name = "busy",
                      .kind = "misbehaviour",
                      .rule = platform::misbehaviour::Rule{.kind = "bootstrap_status", .calls = platform::misbehaviour::first_calls(2)}},
                     {.name = "kicks",
                      .kind = "misbehaviour",
                      .rule = platform::misbehaviour::Rule{.kind = "mqtt_kick"},
                      .regions = {"cn-shanghai"},
                      .from = seconds{3600}}};
  scenario.steps = {step("up", BringOnline{{}, seconds{60}}), step("again", all_online), step("heal", HealStep{{"busy"}})};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_EQ(result.devices_online, 6u);
  EXPECT_EQ(result.metrics.total(Metric::bootstrap_failures).count, 12u);
  EXPECT_EQ(result.misbehaviour.at("busy"), 12u);
  EXPECT_EQ(result.misbehaviour.count("kicks"), 0u) << "its time has not come";
}

/// Cuts, losses, slices, wrong clocks and notifies that come twice, all at once.
Scenario hard_times(WorldKind world) {
  Scenario scenario = impatient_scenario(world, 10);
  scenario.faults = {{.name = "cuts",
                      .kind = "power_cut",
                      .arguments = {{"probability", static_cast<std::int64_t>(share_whole / 20)}, {"off", 50 * ms}},
                      .until = seconds{3}},
                     {.name = "torn",
                      .kind = "power_cut",
                      .arguments = {{"probability", static_cast<std::int64_t>(share_whole / 2)}, {"at", 1}, {"off", 50 * ms}},
                      .until = seconds{3}},
                     {.name = "lossy", .kind = "loss", .arguments = {{"loss", static_cast<std::int64_t>(share_whole / 20)}}},
                     {.name = "slices", .kind = "slicer", .arguments = {{"average_size", 20}}},
                     {.name = "fast", .kind = "clock_skew", .arguments = {{"ppm", 0}, {"spread", 100'000}}},
                     {.name = "jump",
                      .kind = "clock_jump",
                      .arguments = {{"by", -5000 * ms}, {"spread", 5000 * ms}},
                      .from = milliseconds{500},
                      .until = seconds{2}},
                     {.name = "twice", .kind = "duplicate_notify"}};
  scenario.steps = {step("s0", BringOnline{}), step("s1", move_to("there", shanghai, singapore)),
                    step("s2", all_moved),     step("s3", HealStep{{"cuts", "torn", "twice"}}),
                    step("s4", all_online),    step("s5", ProbeStep{})};
  return scenario;
}

TEST_P(RunFaults, AFleetMovesThroughPowerCutsLossAndWrongClocks) {
  const RunResult result = run(hard_times(GetParam()));
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_EQ(result.devices_moved, 10u);
  for (const char* const name : {"cuts", "torn", "lossy", "slices", "fast", "jump"}) EXPECT_GE(result.faults.at(name), 1u) << name;
  EXPECT_GE(result.misbehaviour.at("twice"), 10u);
}

/// What the platform said of sessions that ended while the run went on, in the order of time.
std::vector<std::string> reasons_of_ends(const KeptEvents& kept, const RunResult& result) {
  std::vector<std::string> reasons;
  for (const RunEvent& event : kept.events()) {
    const bool is_in_time = std::chrono::duration<double>(event.at.time_since_epoch()).count() <= result.elapsed_seconds;
    if (event.kind == "device_disconnected" && is_in_time) reasons.push_back(event.detail);
  }
  return reasons;
}

TEST_P(RunFaults, APlatformHearsNothingOfAPowerCutUntilTheKeepAliveHasRunOut) {
  Scenario scenario = impatient_scenario(GetParam(), 3);
  scenario.groups[0].keep_alive_s = 2;
  KeptEvents kept;
  RunOptions options;
  options.events = &kept;
  scenario.steps = {step("s0", BringOnline{}), step("s1", PowerOffStep{{}, true}), step("s2", Sleep{milliseconds{1000}})};
  const RunResult early = run(scenario, options);
  EXPECT_THAT(reasons_of_ends(kept, early), IsEmpty());
  EXPECT_THAT(early.violations, IsEmpty()) << "a session without a device is no disagreement as long as it may be there";
  KeptEvents later;
  options.events = &later;
  scenario.steps.back() = step("s2", Sleep{milliseconds{3500}});
  const RunResult result = run(scenario, options);
  EXPECT_THAT(reasons_of_ends(later, result), ElementsAre("Keepalive timeout", "Keepalive timeout", "Keepalive timeout"));
  EXPECT_THAT(result.violations, IsEmpty());
}

TEST_P(RunFaults, ADeviceThatComesBackTakesThePlaceThatItsPowerCutHasLeft) {
  Scenario scenario = impatient_scenario(GetParam(), 3);
  KeptEvents kept;
  RunOptions options;
  options.events = &kept;
  scenario.steps = {step("s0", BringOnline{}), step("s1", PowerOffStep{{}, true}), step("s2", BringOnline{}), step("s3", ProbeStep{})};
  const RunResult result = run(scenario, options);
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_EQ(result.devices_online, 3u);
  ASSERT_GE(reasons_of_ends(kept, result).size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(reasons_of_ends(kept, result)[i], "Kicked by the same device");
}

TEST_P(RunFaults, APlatformThatCrashesComesBackFromItsStoreWhereItWas) {
  Scenario scenario = impatient_scenario(GetParam(), 12);
  DistributeStep slowly = move_to("there", shanghai, singapore);
  slowly.batch = 3;
  slowly.interval = milliseconds{600};  // the crash comes between the second batch and the third
  const FaultSpec crash{.name = "crash", .kind = "platform_crash", .arguments = {{"downtime", 500 * ms}}, .from = milliseconds{900}};
  const FaultSpec again{.name = "again", .kind = "platform_crash", .arguments = {{"downtime", 100 * ms}}};
  scenario.steps = {step("s0", BringOnline{}),     step("s1", InjectStep{crash}),        step("s2", slowly),     step("s3", all_moved),
                    step("s4", InjectStep{again}), step("s5", Sleep{milliseconds{300}}), step("s6", all_online), step("s7", ProbeStep{})};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_EQ(result.devices_moved, 12u);
  EXPECT_EQ(result.moves, 12u) << "none was moved twice";
  EXPECT_EQ(result.devices_stranded, 0u);
  EXPECT_EQ(result.faults.at("crash"), 1u);
  EXPECT_EQ(result.faults.at("again"), 1u);
  EXPECT_GE(result.metrics.total(Metric::disconnects).count, 24u) << "nobody's connection lived through either";
}

TEST_P(RunFaults, NobodyReachesAPlatformThatIsDown) {
  Scenario scenario = impatient_scenario(GetParam(), 3);
  scenario.groups[0].keep_alive_s = 60;
  scenario.steps = {step("s0", BringOnline{}),
                    step("s1", InjectStep{{.name = "crash", .kind = "platform_crash", .arguments = {{"downtime", 60'000 * ms}}}}),
                    step("s2", Sleep{milliseconds{1500}})};
  const RunResult result = run(scenario);
  EXPECT_EQ(result.devices_online, 0u);
  EXPECT_GE(result.metrics.total(Metric::connect_failures).count, 3u) << "refused, and not left waiting";
}

TEST(RunFaultsInSimulatedTime, APlatformThatCrashesComesBackFromItsStore) {
  Scenario scenario = impatient_scenario(WorldKind::virtual_time, 20);
  scenario.faults = {{.name = "crash", .kind = "platform_crash", .arguments = {{"downtime", 2000 * ms}}, .from = seconds{20}},
                     {.name = "again", .kind = "platform_crash", .from = seconds{60}}};
  DistributeStep slowly = move_to("there", shanghai, singapore);
  slowly.batch = 4;
  slowly.interval = seconds{10};  // the crash comes between the third batch and the fourth
  scenario.duration_max = seconds{200};
  scenario.steps = {step("s0", BringOnline{}),      step("s1", slowly),     step("s2", all_moved),
                    step("s3", Sleep{seconds{60}}), step("s4", all_online), step("s5", ProbeStep{})};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_EQ(result.devices_moved, 20u);
  EXPECT_EQ(result.moves, 20u);
  EXPECT_EQ(result.devices_stranded, 0u);
  EXPECT_EQ(result.faults.at("crash"), 1u);
  EXPECT_EQ(result.faults.at("again"), 1u);
  EXPECT_GE(result.metrics.total(Metric::disconnects).count, 40u);
  EXPECT_EQ(run(scenario).trace_hash, result.trace_hash);
}

TEST(RunFaultsInSimulatedTime, TheSeedDecidesWhateverTheThreads) {
  Scenario scenario = hard_times(WorldKind::virtual_time);
  const RunResult two_threads = run(scenario);
  scenario.threads = 1;
  const RunResult one_thread = run(scenario);
  scenario.seed = 8;
  const RunResult another = run(scenario);
  EXPECT_FALSE(two_threads.trace_hash.empty());
  EXPECT_EQ(two_threads.trace_hash, one_thread.trace_hash);
  EXPECT_EQ(two_threads.faults, one_thread.faults);
  EXPECT_NE(another.trace_hash, one_thread.trace_hash);
}

TEST_P(RunFaults, WhatNeverActedFailsItsHealStep) {
  Scenario scenario = impatient_scenario(GetParam(), 2);
  scenario.faults = {{.name = "idle", .kind = "partition", .regions = {"eu-central-1"}}};
  scenario.steps = {step("s0", BringOnline{}), step("s1", InjectStep{{.name = "idle", .kind = "dns_failure"}}),
                    step("s2", HealStep{{"idle"}}), step("s3", HealStep{{"nobody"}})};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed,
              ElementsAre("s1: a fault \"idle\" is there already", "s2: fault \"idle\" never acted", HasSubstr("s3: ")));
}

}  // namespace
}  // namespace fleetsim::sim
