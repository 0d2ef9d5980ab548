// The steps that ask something of the platform or of the devices on it, against a scripted host.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/steps/list.hpp"
#include "tests/sim/controller/scripted_host.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::seconds;
using test::ScriptedHost;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

StepReport run_step_of(ScriptedHost& host, StepAction action) {
  StepReport report;
  run_step(Step{"steps[0]", std::move(action)}, host, report);
  return report;
}

TEST(DistributeStepOutcome, AJobThatStopsFailsTheStepUnlessARetryIsToFollow) {
  ScriptedHost host;
  host.handover.stopped = "job J1 has failed: network jitter";
  DistributeStep step;
  step.groups = {"meters"};
  EXPECT_THAT(run_step_of(host, step).failures, ElementsAre("steps[0]: job J1 has failed: network jitter"));
  step.may_fail = true;
  EXPECT_THAT(run_step_of(host, step).failures, IsEmpty());
}

TEST(RetryStep, AsksAgainUntilEveryJobIsDone) {
  ScriptedHost host;
  host.jobs = {.jobs = 2, .done = 0, .last_refusal = {}};
  host.on_pause = [&] { ++host.jobs.done; };
  EXPECT_THAT(run_step_of(host, RetryStep{.name = "there"}).failures, IsEmpty());
  EXPECT_THAT(host.calls, ElementsAre("retry there", "retry there", "retry there"));
}

TEST(RetryStep, SaysWhatThePlatformRefusedWhenTimeIsUp) {
  ScriptedHost host;
  host.jobs = {.jobs = 2, .done = 1, .last_refusal = "job J2: not stuck yet"};
  const StepReport report = run_step_of(host, RetryStep{.name = "there", .timeout = seconds{1}});
  EXPECT_THAT(report.failures, ElementsAre("steps[0]: 1 of 2 jobs done after 1.0 s; job J2: not stuck yet"));
}

TEST(RetryStep, NamesWhyAJobIsNotDoneWhenTimeIsUp) {
  ScriptedHost host;
  host.jobs = {.jobs = 1, .done = 0, .last_refusal = {}, .why_unfinished = "job J2 has failed: network jitter before device 3"};
  const auto failures = [&] { return run_step_of(host, RetryStep{.name = "there", .timeout = seconds{1}}).failures; };
  EXPECT_THAT(failures(), ElementsAre("steps[0]: 0 of 1 jobs done after 1.0 s; job J2 has failed: network jitter before device 3"));
  host.jobs.last_refusal = "job J2: too many retries";
  EXPECT_THAT(failures(), ElementsAre(HasSubstr("; job J2 has failed: network jitter before device 3; job J2: too many retries")));
}

TEST(RetryStep, FailsWhereThereIsNoJob) {
  ScriptedHost host;
  EXPECT_THAT(run_step_of(host, RetryStep{.name = "there"}).failures, ElementsAre(HasSubstr("no job of \"there\" to retry")));
}

TEST(UpgradeStep, IsDoneWhenTheDevicesHaveToldTheNewVersion) {
  ScriptedHost host;
  host.seen = {.asked = 10, .done = 4, .refused = 0, .first_reason = {}};
  host.on_pause = [&] { ++host.seen.done; };
  UpgradeStep step;
  step.groups = {"meters"};
  step.at = "iotx-a";
  step.version = "2.0.0";
  EXPECT_THAT(run_step_of(host, step).failures, IsEmpty());
  EXPECT_THAT(host.calls, ElementsAre("upgrade 0 to 2.0.0"));
  EXPECT_EQ(host.looked_for.version, "2.0.0");
  EXPECT_EQ(host.looked_for.at, "iotx-a");
  EXPECT_EQ(host.pauses, 6U);
}

TEST(UpgradeStep, ARefusedUpdateIsNotWaitedFor) {
  ScriptedHost host;
  host.order = {.asked = 10, .done = 0, .refused = 10, .first_reason = "iot.ota.FirmwareNotObtained: not handed over"};
  UpgradeStep step;
  step.version = "2.0.0";
  EXPECT_THAT(run_step_of(host, step).failures,
              ElementsAre(HasSubstr("no update to 2.0.0 for 10 of 10 devices: iot.ota.FirmwareNotObtained")));
  EXPECT_EQ(host.pauses, 0U);
}

TEST(SetPropertyStep, WaitsForThePostsThatCarryTheValues) {
  ScriptedHost host;
  host.seen = {.asked = 10, .done = 9, .refused = 0, .first_reason = "pk/d1: there is no property Target"};
  SetPropertyStep step;
  step.properties = {{"Target", "19"}};
  step.timeout = seconds{1};
  EXPECT_THAT(run_step_of(host, step).failures,
              ElementsAre(HasSubstr("18 of 20 as expected after 1.0 s; pk/d1: there is no property Target")));
  ASSERT_EQ(host.looked_for.properties.values.size(), 1U);
  EXPECT_EQ(host.looked_for.properties.values[0].value, "19");
}

TEST(SetPropertyStep, DevicesThatAreNotAskedFailIt) {
  ScriptedHost host;
  host.order = {.asked = 10, .done = 7, .refused = 3, .first_reason = "pk/d1 is not online"};
  EXPECT_THAT(run_step_of(host, SetPropertyStep{}).failures, ElementsAre("steps[0]: 3 of 10 devices were not asked: pk/d1 is not online"));
}

TEST(ReportStep, IsDoneWhenAllIsAnsweredAndTellsOfRefusalsOfItsOwn) {
  ScriptedHost host;
  host.refused.refused = 5;  // of an earlier step
  host.on_pause = [&] {
    host.publish_count.pending = 0;
    host.refused = {.asked = 0, .done = 0, .refused = 7, .first_reason = "pk/d1: answered with 460"};
  };
  EXPECT_THAT(run_step_of(host, ReportStep{{"meters"}}).failures,
              ElementsAre("steps[0]: 2 messages were refused, pk/d1: answered with 460"));
  EXPECT_THAT(host.calls, ElementsAre("report 0"));
}

TEST(ReportStep, MessagesThatNobodyAnswersFailIt) {
  ScriptedHost host;
  EXPECT_THAT(run_step_of(host, ReportStep{.groups = {"meters"}, .timeout = seconds{1}}).failures,
              ElementsAre(HasSubstr("10 messages are not answered after 1.0 s")));
}

TEST(ChangeDevicesStep, AsksForEachGroupAndTellsWhoWasNotChanged) {
  ScriptedHost host;
  ChangeDevicesStep step;
  step.at = "iotx-a";
  EXPECT_THAT(run_step_of(host, step).failures, IsEmpty());
  EXPECT_THAT(host.calls, ElementsAre("change 0 at iotx-a", "change 1 at iotx-a"));
  host.order = {.asked = 10, .done = 8, .refused = 2, .first_reason = "pk/d1: is not at iotx-a"};
  step.groups = {"meters"};
  EXPECT_THAT(run_step_of(host, step).failures, ElementsAre("steps[0]: 2 of 10 devices were not deleted: pk/d1: is not at iotx-a"));
  step.change = DeviceChange::disabled;
  EXPECT_THAT(run_step_of(host, step).failures, ElementsAre(HasSubstr("were not disabled")));
  step.change = DeviceChange::enabled;
  EXPECT_THAT(run_step_of(host, step).failures, ElementsAre(HasSubstr("were not enabled")));
}

TEST(ChangeDevicesStep, HasAWordForEachChange) {
  EXPECT_EQ(step_name(ChangeDevicesStep{.change = DeviceChange::deleted}), "delete_devices");
  EXPECT_EQ(step_name(ChangeDevicesStep{.change = DeviceChange::disabled}), "disable_devices");
  EXPECT_EQ(step_name(ChangeDevicesStep{.change = DeviceChange::enabled}), "enable_devices");
}

TEST(JoinGroupStep, TellsWhoDidNotJoin) {
  ScriptedHost host;
  host.order = {.asked = 10, .done = 9, .refused = 1, .first_reason = "pk/d1 is in it already"};
  JoinGroupStep step;
  step.groups = {"meters"};
  step.device_group = "hall";
  EXPECT_THAT(run_step_of(host, step).failures, ElementsAre("steps[0]: 1 of 10 devices did not join hall: pk/d1 is in it already"));
}

TEST(ExpectStep, LooksUntilTheShareIsAsExpected) {
  ScriptedHost host;
  host.seen = {.asked = 10, .done = 7, .refused = 0, .first_reason = {}};
  host.on_pause = [&] { ++host.seen.done; };
  ExpectStep step;
  step.groups = {"meters"};
  step.share = 0.9;
  EXPECT_THAT(run_step_of(host, step).failures, IsEmpty());
  EXPECT_EQ(host.pauses, 2U);
}

TEST(ExpectStep, StrandedIsWhatIsInHandoverAndIsExpectedFromThenOn) {
  ScriptedHost host;
  host.handovers = 10;
  ExpectStep step;
  step.groups = {"meters"};
  step.stranded = true;
  EXPECT_THAT(run_step_of(host, step).failures, IsEmpty());
  EXPECT_THAT(host.calls, ElementsAre("stranded 0"));
  host.handovers = 9;
  step.timeout = seconds{1};
  EXPECT_THAT(run_step_of(host, step).failures, ElementsAre(HasSubstr("9 of 10 stranded after 1.0 s")));
}

TEST(PlatformSteps, ReturnWhenTheRunIsStopped) {
  for (const StepAction& action : std::vector<StepAction>{RetryStep{}, UpgradeStep{}, SetPropertyStep{}, ReportStep{}, ExpectStep{}}) {
    ScriptedHost host;
    host.jobs.jobs = 1;
    host.seen.asked = 1;
    host.pauses_until_stopped = 1;
    EXPECT_THAT(run_step_of(host, action).failures, IsEmpty()) << step_name(action);
    EXPECT_EQ(host.pauses, 1U) << step_name(action);
  }
}

}  // namespace
}  // namespace fleetsim::sim
