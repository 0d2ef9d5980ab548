// Every step against a scripted host: what it orders, when it is done, what it says when it fails, and that a stopped run stops it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/steps/list.hpp"
#include "tests/sim/controller/scripted_host.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::ScriptedHost;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

StepReport run(ScriptedHost& host, StepAction action) {
  StepReport report;
  run_step(Step{"steps[0]", std::move(action)}, host, report);
  return report;
}

TEST(BringOnlineStep, WaitsForTheLastArrivalAndForEveryDevice) {
  ScriptedHost host;
  host.arrivals_take = milliseconds{100};
  host.online_count = 10;  // all online early: the arrivals still have to be over
  const StepReport report = run(host, BringOnline{});
  EXPECT_THAT(report.failures, IsEmpty());
  EXPECT_EQ(host.now(), Instant{milliseconds{100}});
  EXPECT_THAT(host.calls, ElementsAre("arrivals 0", "arrivals 1", "load 0", "load 1"));
}

TEST(BringOnlineStep, CountsItsTimeoutFromTheLastArrivalAndNamesTheFirstReason) {
  ScriptedHost host;
  host.arrivals_take = seconds{2};
  host.online_count = 9;
  host.failure_list = {{"pk/d7", "meters", "connect refused: 4"}};
  const StepReport report = run(host, BringOnline{{"meters"}, seconds{3}});
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_THAT(report.failures[0], HasSubstr("steps[0]: 9 of 10 online after 5.0 s; pk/d7: connect refused: 4"));
  EXPECT_EQ(host.now(), Instant{seconds{5}});
}

TEST(BringOnlineStep, EndsAtOnceWhenTheRunIsStopped) {
  ScriptedHost host;
  host.pauses_until_stopped = 3;
  EXPECT_THAT(run(host, BringOnline{}).failures, IsEmpty());
  EXPECT_EQ(host.pauses, 3u);
  EXPECT_THAT(host.calls, ElementsAre("arrivals 0", "arrivals 1"));
}

TEST(PublishStep, IsDoneWhenNothingIsPending) {
  ScriptedHost host;
  host.on_pause = [&] { host.publish_count.pending -= 10; };
  EXPECT_THAT(run(host, PublishStep{{"meters"}, 5, 1, seconds{30}}).failures, IsEmpty());
  EXPECT_EQ(host.pauses, 5u);
}

TEST(PublishStep, SaysHowManyWereAcknowledged) {
  ScriptedHost host;
  host.publish_count = {100, 0};  // of a step before
  host.on_pause = [&] { host.publish_count.pending = 4; };
  const StepReport report = run(host, PublishStep{{"meters"}, 2, 1, seconds{1}});
  EXPECT_THAT(report.failures, ElementsAre(HasSubstr("16 of 20 acknowledged after 1.0 s")));
}

TEST(PublishStep, FailsWhenSomeCanNeverBePublishedThoughNothingIsPending) {
  ScriptedHost host;
  host.publish_count = {100, 0, 7, "pk/d9: of a step before"};
  host.on_pause = [&] { host.publish_count = {120, 0, 10, "pk/d1: too large"}; };
  EXPECT_THAT(run(host, PublishStep{{"meters"}, 2, 1, seconds{1}}).failures,
              ElementsAre("steps[0]: 3 of 20 never published: pk/d1: too large"));
}

TEST(PublishStep, TellsWhatIsLateFromWhatWillNeverBePublished) {
  ScriptedHost host;
  host.on_pause = [&] { host.publish_count = {20, 4, 3, "pk/d1: too large"}; };
  EXPECT_THAT(run(host, PublishStep{{"meters"}, 2, 1, seconds{1}}).failures,
              ElementsAre(HasSubstr("3 of 20 never published"), HasSubstr("13 of 20 acknowledged after 1.0 s")));
}

TEST(DistributeStep, MakesOneJobPerBatchOfEachGroup) {
  ScriptedHost host;
  DistributeStep step;
  step.batch = 4;
  step.interval = milliseconds{10};
  EXPECT_THAT(run(host, step).failures, IsEmpty());
  EXPECT_THAT(host.calls, ElementsAre("job 0 0+4", "job 0 4+4", "job 0 8+2", "job 1 0+4", "job 1 4+4", "job 1 8+2"));
  EXPECT_EQ(host.now(), Instant{milliseconds{50}});  // between the jobs, not before the first
}

TEST(DistributeStep, GivesThePlatformsCodeAndMessage) {
  ScriptedHost host;
  host.handover.refused = "iot.system.InstanceIdSame: source and target are both iot-a";
  host.handover.refused_devices = 10;
  DistributeStep step;
  step.groups = {"meters"};
  EXPECT_THAT(run(host, step).failures,
              ElementsAre(HasSubstr("10 of 10 devices not handed over, the platform refused the job: iot.system.InstanceIdSame")));
}

TEST(DistributeStep, NamesTheFirstOfSeveralReasonsAndAddsTheDevicesUp) {
  ScriptedHost host;
  host.handover.refused = "first";
  host.handover.refused_devices = 2;  // of two products, each a job of its own, the platform took one
  host.handover.first_failure = "pk/d0: first";
  host.handover.failed = 1;
  host.on_job = [&] {
    host.handover.refused = "second";
    host.handover.first_failure = "pk/d9: second";
  };
  DistributeStep step;
  step.batch = 4;
  EXPECT_THAT(run(host, step).failures, ElementsAre(HasSubstr("12 of 20 devices not handed over, the platform refused the job: first"),
                                                    HasSubstr("6 of 20 devices refused one by one, the first pk/d0: first")));
}

TEST(DistributeStep, CountsDevicesThatWereRefusedOneByOne) {
  ScriptedHost host;
  host.handover.failed = 2;
  host.handover.first_failure = "pk/d3: 6100 device not found";
  DistributeStep step;
  step.groups = {"meters"};
  EXPECT_THAT(run(host, step).failures, ElementsAre(HasSubstr("2 of 10 devices refused one by one, the first pk/d3: 6100")));
}

TEST(WaitUntilStep, AcceptsAShareRoundedUp) {
  ScriptedHost host;
  host.devices = 1000;
  host.moved = 998;
  host.on_pause = [&] { ++host.moved; };
  EXPECT_THAT(run(host, WaitUntil{WaitUntil::What::moved, 0.999, {"meters"}, seconds{1}}).failures, IsEmpty());
  EXPECT_EQ(host.moved, 999u);
}

TEST(WaitUntilStep, TakesAShareThatHasNoExactFormAtItsWord) {
  ScriptedHost host;
  host.devices = 100;
  host.moved = 7;  // 0.07 * 100 is a little more than 7 in binary
  EXPECT_THAT(run(host, WaitUntil{WaitUntil::What::moved, 0.07, {"meters"}, seconds{1}}).failures, IsEmpty());
  EXPECT_EQ(host.pauses, 0u);
}

TEST(WaitUntilStep, CountsMovesOfTheDevicesThatWereAskedToMoveAndOfNoOthers) {
  ScriptedHost host;
  host.devices = 1000;
  host.asked = 10;
  host.moved = 10;
  EXPECT_THAT(run(host, WaitUntil{WaitUntil::What::moved, 1.0, {"meters"}, seconds{1}}).failures, IsEmpty());
  host.moved = 9;
  EXPECT_THAT(run(host, WaitUntil{WaitUntil::What::moved, 1.0, {"meters"}, seconds{1}}).failures, ElementsAre(HasSubstr("9 of 10 moved")));
}

TEST(WaitUntilStep, NamesTheFirstThreeReasonsAndNoMore) {
  ScriptedHost host;
  for (const char* device : {"pk/d1", "pk/d2", "pk/d3", "pk/d4"}) host.failure_list.push_back({device, "meters", "no PINGRESP"});
  const StepReport report = run(host, WaitUntil{WaitUntil::What::online, 1.0, {"meters"}, seconds{1}});
  EXPECT_THAT(report.failures,
              ElementsAre("steps[0]: 0 of 10 online after 1.0 s; pk/d1: no PINGRESP; pk/d2: no PINGRESP; pk/d3: no PINGRESP"));
}

TEST(WaitUntilStep, SaysHowFarItGot) {
  ScriptedHost host;
  host.devices = 1000;
  host.moved = 998;
  const StepReport report = run(host, WaitUntil{WaitUntil::What::moved, 1.0, {"meters"}, seconds{60}});
  EXPECT_THAT(report.failures, ElementsAre(HasSubstr("998 of 1000 moved after 60.0 s")));
}

TEST(WaitUntilStep, WaitsForAcknowledgements) {
  ScriptedHost host;
  host.publish_count = {100, 10};
  host.on_pause = [&] { --host.publish_count.pending; };
  EXPECT_THAT(run(host, WaitUntil{WaitUntil::What::acknowledged, 0.95, {}, seconds{60}}).failures, IsEmpty());
  EXPECT_EQ(host.publish_count.pending, 5u);
}

TEST(WaitUntilStep, DoesNotTakeAPublishThatNeverWasForAnAcknowledgedOneNorWaitForIt) {
  ScriptedHost host;
  host.publish_count = {100, 0, 10, "pk/d1: too large"};
  EXPECT_THAT(run(host, WaitUntil{WaitUntil::What::acknowledged, 0.95, {}, seconds{60}}).failures,
              ElementsAre("steps[0]: 90 of 100 acknowledged, 10 never published: pk/d1: too large"));
  EXPECT_EQ(host.pauses, 0u);
  EXPECT_THAT(run(host, WaitUntil{WaitUntil::What::acknowledged, 0.9, {}, seconds{60}}).failures, IsEmpty());
}

TEST(WaitUntilStep, FailsWhenNobodyWasAskedToMove) {
  ScriptedHost host;
  host.asked = 0;
  EXPECT_THAT(run(host, WaitUntil{WaitUntil::What::moved, 1.0, {"meters"}, seconds{60}}).failures,
              ElementsAre("steps[0]: nobody was asked to move"));
}

TEST(PowerOffStep, WaitsUntilNoDeviceIsUp) {
  ScriptedHost host;
  host.up = 3;
  host.on_pause = [&] { --host.up; };
  EXPECT_THAT(run(host, PowerOffStep{{}, true, seconds{1}}).failures, IsEmpty());
  EXPECT_THAT(host.calls, ElementsAre("cut 0", "cut 1"));
}

TEST(PowerOffStep, SaysHowManyAreStillUp) {
  ScriptedHost host;
  host.up = 3;
  EXPECT_THAT(run(host, PowerOffStep{{}, false, seconds{1}}).failures, ElementsAre(HasSubstr("3 devices are still up after 1.0 s")));
}

TEST(SleepStep, TakesItsTimeAndNoMore) {
  ScriptedHost host;
  run(host, Sleep{milliseconds{1234}});
  EXPECT_EQ(host.now(), Instant{milliseconds{1234}});
}

TEST(EndRunStep, TellsItsHostAndWaitsForNothing) {
  ScriptedHost host;
  EXPECT_THAT(run(host, EndRun{}).failures, IsEmpty());
  EXPECT_THAT(host.calls, ElementsAre("end_run"));
  EXPECT_EQ(host.pauses, 0u);
}

TEST(ProbeStep, PowersTheFleetOffFirst) {
  ScriptedHost host;
  host.up = 2;
  host.on_pause = [&] { --host.up; };
  EXPECT_THAT(run(host, ProbeStep{}).failures, IsEmpty());
  EXPECT_THAT(host.calls, ElementsAre("off 0", "off 1", "probe"));
}

TEST(ProbeStep, ReportsViolationsAndHowManyMoreThereAre) {
  ScriptedHost host;
  host.probe_outcome.violations = {"pk/d1: accepted at a and b"};
  host.probe_outcome.violations_total = 7;
  const StepReport report = run(host, ProbeStep{});
  EXPECT_THAT(report.violations, ElementsAre(HasSubstr("accepted at a and b"), HasSubstr("and 6 more")));
}

TEST(ProbeStep, FailsWithTheReasonWhenNoProbeWasPossible) {
  ScriptedHost host;
  host.probe_outcome.error = "world external names one endpoint";
  host.probe_outcome.violations = {"of a probe that never was"};
  const StepReport report = run(host, ProbeStep{});
  EXPECT_THAT(report.failures, ElementsAre("steps[0]: world external names one endpoint"));
  EXPECT_THAT(report.violations, IsEmpty());
}

TEST(ProbeStep, FailsWhenItCouldNotProbeEveryDevice) {
  ScriptedHost host;
  host.probe_outcome.left_out = 3;
  EXPECT_THAT(run(host, ProbeStep{}).failures, ElementsAre(HasSubstr("3 devices are still in handover")));
}

TEST(Steps, EveryStepReturnsWhenTheRunIsStopped) {
  const std::vector<StepAction> actions = {BringOnline{}, PublishStep{}, WaitUntil{}, PowerOffStep{}, Sleep{seconds{100}}};
  for (const StepAction& action : actions) {
    ScriptedHost host;
    host.up = 1;
    host.devices = 5;
    host.pauses_until_stopped = 1;
    EXPECT_THAT(run(host, action).failures, IsEmpty()) << step_name(action);
    EXPECT_EQ(host.pauses, 1u) << step_name(action);
  }
}

TEST(Steps, NameTheStepWhenItHasNoLabel) {
  ScriptedHost host;
  host.up = 1;
  StepReport report;
  run_step(Step{"", PowerOffStep{{}, false, Duration{0}}}, host, report);
  EXPECT_THAT(report.failures, ElementsAre(HasSubstr("power_off: 1 devices")));
}

TEST(MisbehaveStep, SetsItsRuleAndSaysWhyItCouldNot) {
  ScriptedHost host;
  EXPECT_THAT(run(host, MisbehaveStep{{.kind = "mqtt_kick"}}).failures, IsEmpty());
  EXPECT_THAT(host.calls, ElementsAre("misbehave mqtt_kick"));
  host.misbehave_error = "there is a rule \"a\" already";
  EXPECT_THAT(run(host, MisbehaveStep{}).failures, ElementsAre("steps[0]: there is a rule \"a\" already"));
}

TEST(InjectStep, AddsItsFaultAndSaysWhyItCouldNot) {
  ScriptedHost host;
  EXPECT_THAT(run(host, InjectStep{{.name = "cut", .kind = "partition"}}).failures, IsEmpty());
  EXPECT_THAT(host.calls, ElementsAre("inject cut"));
  host.inject_error = "a fault \"cut\" is there already";
  EXPECT_THAT(run(host, InjectStep{}).failures, ElementsAre("steps[0]: a fault \"cut\" is there already"));
}

TEST(HealStep, FailsForAFaultThatNeverActed) {
  ScriptedHost host;
  host.heal_outcome.healed = {{"cut", 0, HealedRule::What::fault}, {"slow", 1, HealedRule::What::fault}};
  EXPECT_THAT(run(host, HealStep{}).failures, ElementsAre("steps[0]: fault \"cut\" never acted"));
}

TEST(HealStep, FailsForARuleThatNeverFiredUnlessToldOtherwise) {
  ScriptedHost host;
  host.heal_outcome.healed = {{"busy", 3}, {"slow", 0}};
  EXPECT_THAT(run(host, HealStep{}).failures, ElementsAre("steps[0]: misbehaviour \"slow\" never fired"));
  EXPECT_THAT(run(host, HealStep{.names = {}, .must_have_fired = false}).failures, IsEmpty());
  host.heal_outcome = {{}, "the platform has no misbehaviour \"a\""};
  EXPECT_THAT(run(host, HealStep{{"a"}}).failures, ElementsAre("steps[0]: the platform has no misbehaviour \"a\""));
}

TEST(CommandStep, TellsOneDeviceAndSaysWhyItCouldNot) {
  ScriptedHost host;
  EXPECT_THAT(run(host, CommandStep{.device = "meter-7", .order = {.what = DeviceOrder::What::cut_power}}).failures, IsEmpty());
  EXPECT_THAT(host.calls, ElementsAre("cut_power 7"));
  EXPECT_THAT(run(host, CommandStep{.device = "nobody"}).failures, ElementsAre("steps[0]: the scenario has no device nobody"));
  host.refused_command = "it speaks through a gateway";
  EXPECT_THAT(run(host, CommandStep{.device = "meter-7"}).failures, ElementsAre("steps[0]: it speaks through a gateway"));
}

}  // namespace
}  // namespace fleetsim::sim
