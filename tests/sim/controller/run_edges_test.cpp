// How runs begin, fail and end: bad environment, bad device, loads, executors without steps, thresholds, Ctrl-C, the event stream.
#include <algorithm>
#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

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

TEST(RunEdges, APortInUseIsToldWithWhatToDo) {
  Scenario first = small_scenario(1);
  first.platform.instances[0].mqtt.port = 28831;
  first.steps = {step("s0", BringOnline{})};
  RunOptions options;
  std::string what;
  options.notice = [](const std::string&) {};
  options.progress = [&](const Progress&) {
    if (!what.empty()) return;
    const auto second = run_scenario(first, {});
    what = second ? "started" : second.error().what;
    if (!second) {
      EXPECT_FALSE(second.error().hint.empty());
    }
  };
  first.steps.push_back(step("s1", Sleep{milliseconds{20}}));
  run(first, options);
  EXPECT_THAT(what, HasSubstr("28831"));
}

TEST(RunEdges, TooManyDevicesForTheDescriptorsAreRefusedBeforeAnythingStarts) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_max = std::min<rlim_t>(limit.rlim_max, 20'000);  // whatever this machine allows: more than the other tests need
  limit.rlim_cur = std::min(limit.rlim_cur, limit.rlim_max);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  const auto result = run_scenario(small_scenario(100'000), {});
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().what, HasSubstr("descriptors"));
  EXPECT_THAT(result.error().hint, HasSubstr("--shard"));
}

TEST(RunEdges, AMissingCountryDatabaseIsToldWithHowToGetOne) {
  Scenario scenario = small_scenario(1);
  scenario.platform.geo.database = "/nowhere/country.mmdb";
  scenario.steps = {step("s0", BringOnline{})};
  const auto result = run_scenario(scenario, {});
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().what, HasSubstr("/nowhere/country.mmdb"));
  EXPECT_FALSE(result.error().hint.empty());
}

TEST(RunEdges, ADeviceWithAWrongSecretIsNamedAndTheOthersAreUnharmed) {
  Scenario scenario = small_scenario(10);
  scenario.groups[0].wrong_secret_device = "meter-000003";
  scenario.steps = {step("s0", BringOnline{{}, seconds{2}})};
  const RunResult result = run(scenario);
  EXPECT_EQ(result.devices_online, 9u);
  EXPECT_EQ(result.verdict, Verdict::fail);
  ASSERT_EQ(result.failures.size(), 1u);
  EXPECT_EQ(result.failures[0].device, "a1Meter0001/meter-000003");
  EXPECT_EQ(result.ledgers_not_compared, "") << "one device that does not come online hides nothing about the others";
  EXPECT_THAT(result.failures[0].reason, HasSubstr("4"));
  EXPECT_THAT(result.steps_failed, ElementsAre(HasSubstr("9 of 10 online")));
}

TEST(RunEdges, PublishesAreAcknowledgedAndCounted) {
  Scenario scenario = small_scenario(10);
  scenario.steps = {step("s0", BringOnline{}), step("s1", PublishStep{{}, 5, 1, seconds{20}}),
                    step("s2", WaitUntil{WaitUntil::What::acknowledged, 1.0, {}, seconds{1}})};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_EQ(result.metrics.total(Metric::publish_acks).count, 50u);
}

TEST(RunEdges, AGroupWithoutAStepRunsItsExecutorAndItsLoadAndThenTheRunEnds) {
  Scenario scenario = small_scenario(10);
  scenario.groups[0].executor = ConstantArrivalRate{50, Duration{0}};
  scenario.groups[0].load = PublishLoad{};
  scenario.groups[0].load->rate_per_second_per_device = 20;
  scenario.groups[0].load->duration = milliseconds{500};
  scenario.late_share_max = 1.0;
  const RunResult result = run(scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_EQ(result.devices_online, 10u);
  EXPECT_EQ(result.generator.arrivals, 10u) << "publishes at a rate are counted apart";
  EXPECT_GT(result.metrics.total(Metric::publishes).count, 50u);
  EXPECT_LT(result.elapsed_seconds, 30);
}

TEST(RunEdges, AStepEndsTheRunThoughExecutorsAndLoadsHaveMoreBeforeThem) {
  Scenario scenario = small_scenario(10);
  scenario.world = WorldKind::virtual_time;
  scenario.duration_max = std::chrono::hours{1};
  scenario.groups[0].executor = ConstantArrivalRate{1, Duration{0}};
  scenario.groups[0].load = PublishLoad{};
  scenario.groups[0].load->duration = std::chrono::minutes{10};
  scenario.steps = {step("on", Sleep{seconds{3}}), step("end", EndRun{}), step("never", Sleep{seconds{100}})};
  const RunResult result = run(scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_DOUBLE_EQ(result.elapsed_seconds, 3.0);
  ASSERT_EQ(result.steps.size(), 3u);
  EXPECT_EQ(result.steps[1].outcome, StepResult::Outcome::done);
  EXPECT_EQ(result.steps[2].outcome, StepResult::Outcome::not_reached);
}

// mbedTLS needs milliseconds for each handshake: those who arrive with the last of the stage are not there when it ends.
TEST(RunEdges, ARampingArrivalRateWaitsForThoseWhoCameLast) {
  Scenario scenario = small_scenario(40);
  scenario.groups[0].executor = RampingArrivalRate{200, {{milliseconds{200}, 200}}};
  scenario.groups[0].bootstrap_tls = DeviceTls::mbedtls;
  scenario.late_share_max = 1.0;
  const RunResult result = run(scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_EQ(result.devices_online, 40u);
}

TEST(RunEdges, ARampingArrivalRateLastsAsLongAsItsStagesThoughTheFleetIsUsedUp) {
  Scenario scenario = small_scenario(3);
  scenario.groups[0].executor = RampingArrivalRate{100, {{seconds{2}, 100}}};
  scenario.late_share_max = 1.0;
  const RunResult result = run(scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_EQ(result.devices_online, 3u);
  EXPECT_GE(result.elapsed_seconds, 2.0);
}

TEST(RunEdges, EndlessExecutorsRunForTheDurationGiven) {
  Scenario scenario = small_scenario(3);
  scenario.duration_max = milliseconds{700};
  const RunResult result = run(scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_GE(result.elapsed_seconds, 0.7);
}

TEST(RunEdges, AScenarioWithoutStepsRunsForTheDurationGivenThoughItsDevicesAreBroughtOnline) {
  Scenario scenario = small_scenario(3);
  scenario.duration_max = seconds{2};
  scenario.steps = {step("bring_online", BringOnline{{}, scenario.duration_max})};
  scenario.steps[0].implied = true;
  const RunResult result = run(scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_GE(result.elapsed_seconds, 2.0);
  EXPECT_EQ(result.ledgers_not_compared, "");
}

TEST(RunEdges, ARunThatIsCutBeforeItsExecutorOrLoadEndsFails) {
  Scenario scenario = small_scenario(3);
  FleetGroup endless = meters(2);
  endless.name = "valves";
  endless.device_prefix = "valve-";
  scenario.groups.push_back(endless);
  scenario.groups[0].load = PublishLoad{};
  scenario.groups[0].load->duration = seconds{100};
  scenario.duration_max = seconds{2};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, ElementsAre("the run's duration_max of 2.0 s was over before the executors and loads of meters ended"));
  EXPECT_EQ(result.verdict, Verdict::fail);
  EXPECT_EQ(result.ledgers_not_compared, "the run was out of time");
}

TEST(RunEdges, ALoadThatNoDeviceCanCarryFailsTheRunThatWouldHaveMeasuredNothing) {
  Scenario scenario = small_scenario(3);
  scenario.groups[0].load = PublishLoad{};
  scenario.groups[0].load->topic = "meters/#";
  scenario.groups[0].load->duration = milliseconds{300};
  scenario.steps = {step("s0", BringOnline{})};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed,
              ElementsAre(HasSubstr("load: 3 devices can never publish what their group's load says, the first a1Meter0001/meter-00000")));
  EXPECT_THAT(result.steps_failed, ElementsAre(HasSubstr("malformed message")));
}

TEST(RunEdges, APublishOfAFleetThatIsNotThereFailsInsteadOfBeingDoneAtOnce) {
  Scenario scenario = small_scenario(3);
  scenario.steps = {step("s0", PublishStep{{}, 2, 1, seconds{5}}), step("s1", BringOnline{})};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, ElementsAre("s0: 6 of 6 never published: a1Meter0001/meter-000000: switched off"));
}

TEST(RunEdges, StepsThatTheRunHasNoTimeForFail) {
  Scenario scenario = small_scenario(3);
  scenario.duration_max = seconds{2};
  scenario.steps = {step("s0", BringOnline{}), step("s1", Sleep{seconds{100}})};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, ElementsAre(HasSubstr("s1: the run's duration_max of 2.0 s is over")));
}

TEST(RunEdges, AStoppedRunEndsAtOnceWithWhatItHas) {
  Scenario scenario = small_scenario(5);
  scenario.steps = {step("s0", BringOnline{}), step("s1", Sleep{seconds{50}})};
  std::atomic<bool> stop{false};
  RunOptions options;
  options.stop = &stop;
  std::uint64_t reports = 0;
  options.progress = [&](const Progress& progress) {
    ++reports;
    if (progress.step == "s1" && progress.online == 5) stop = true;
  };
  const RunResult result = run(scenario, options);
  EXPECT_EQ(result.verdict, Verdict::interrupted);
  EXPECT_EQ(result.devices_online, 5u);
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_GT(reports, 0u);
  EXPECT_LT(result.elapsed_seconds, 40);
}

TEST(RunEdges, ACrossedThresholdFailsTheRunAndMayEndIt) {
  Scenario scenario = small_scenario(5);
  scenario.thresholds = {{"connects", "count<5", true, Duration{0}}, {"connect_failures", "count==0", false, Duration{0}}};
  scenario.steps = {step("s0", BringOnline{}), step("s1", Sleep{seconds{50}})};
  const RunResult result = run(scenario);
  EXPECT_EQ(result.verdict, Verdict::fail);
  ASSERT_EQ(result.thresholds.size(), 2u);
  EXPECT_FALSE(result.thresholds[0].ok);
  EXPECT_TRUE(result.thresholds[1].ok);
  EXPECT_LT(result.elapsed_seconds, 40);
  EXPECT_THAT(result.steps_failed, IsEmpty());
}

TEST(RunEdges, BothSidesAndTheRunItselfWriteTheEventStream) {
  Scenario scenario = small_scenario(5);
  scenario.steps = {step("s0", BringOnline{})};
  KeptEvents events;
  RunOptions options;
  options.events = &events;
  run(scenario, options);
  EXPECT_EQ(events.count(EventSide::run, "step_started"), 1u);
  EXPECT_EQ(events.count(EventSide::run, "step_done"), 1u);
  EXPECT_EQ(events.count(EventSide::platform, "device_connected"), 5u);
  EXPECT_EQ(events.count(EventSide::device, "connected"), 5u);
}

TEST(RunEdges, RealisticNamesAreToldAndUsed) {
  Scenario scenario = small_scenario(5);
  scenario.platform.names = platform::AdvertisedNames::realistic;
  scenario.steps = {step("s0", BringOnline{})};
  std::string notices;
  RunOptions options;
  options.notice = [&](const std::string& line) { notices += line + "\n"; };
  const RunResult result = run(scenario, options);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_THAT(notices, HasSubstr("127.0.2.1 a1Meter0001.iot-as-mqtt.cn-shanghai.aliyuncs.com"));
}

TEST(RunEdges, AnExternalEndpointThatIsNotThereLeavesEveryDeviceWithAReason) {
  Scenario scenario = small_scenario(3);
  scenario.world = WorldKind::external;
  scenario.external.host = "127.0.2.77";
  scenario.external.port = 28999;
  scenario.groups[0].auth = AuthStyle::anonymous;
  scenario.steps = {step("s0", BringOnline{{}, milliseconds{500}}), step("s1", move_to("x", shanghai, singapore)), step("s2", ProbeStep{})};
  const RunResult result = run(scenario);
  EXPECT_EQ(result.world, "external");
  EXPECT_EQ(result.limits, "external");
  EXPECT_EQ(result.failures_total, 3u);
  EXPECT_THAT(result.steps_failed, ElementsAre(HasSubstr("0 of 3 online"), HasSubstr("external.management"), HasSubstr("world external")));
}

}  // namespace
}  // namespace fleetsim::sim
