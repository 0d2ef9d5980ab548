// What a run's result says when something happened on the way: thresholds that ended it, devices that were switched off, secrets in
// variables, profiles of several groups.
#include <condition_variable>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>

#include "sim/report/exit_code.hpp"
#include "sim/report/json_report.hpp"
#include "tests/sim/controller/run_in_process.hpp"
#include "tests/sim/controller/run_scenarios.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace test;

/// Lets a test wait until devices have connected.
class ConnectsCounted final : public EventStream {
 public:
  void write(std::vector<RunEvent>&& batch) override {
    const std::lock_guard lock(mutex_);
    for (const RunEvent& event : batch) connects_ += event.side == EventSide::device && event.kind == "connected" ? 1U : 0U;
    changed_.notify_all();
  }
  std::string close() override { return {}; }
  bool wait_for(std::uint64_t connects) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds{30}, [&] { return connects_ >= connects; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t connects_ = 0;
};

TEST(RunReports, AThresholdThatEndedTheRunStaysCrossedThoughLaterConnectsMendIt) {
  Scenario scenario = small_scenario(5);
  scenario.thresholds = {{"connects", "count>=5", true, Duration{0}}};  // crossed at the first look, before anybody is there
  ConnectsCounted connects;
  RunOptions options;
  options.events = &connects;
  options.notice = [&](const std::string&) { EXPECT_TRUE(connects.wait_for(5)); };
  const RunResult result = run(scenario, options);
  ASSERT_EQ(result.thresholds.size(), 1u);
  EXPECT_FALSE(result.thresholds[0].ok);
  EXPECT_EQ(result.metrics.total(Metric::connects).count, 5u);
  EXPECT_EQ(exit_code_of(result), ExitCode::threshold);
}

TEST(RunReports, AThresholdOnWhatThePlatformMeasuresCanEndTheRun) {
  Scenario scenario = small_scenario(5);
  scenario.thresholds = {{"notify_seconds", "count<1", true, Duration{0}}};
  scenario.steps = {step("s0", BringOnline{}), step("s1", move_to("there", shanghai, singapore)), step("s2", Sleep{seconds{50}})};
  const RunResult result = run(scenario);
  EXPECT_LT(result.elapsed_seconds, 40);
  EXPECT_THAT(result.steps_failed, IsEmpty());
  EXPECT_EQ(exit_code_of(result), ExitCode::threshold);
}

TEST(RunReports, DevicesThatFailedAreNamedThoughTheirGroupsWereSwitchedOffOneAfterTheOther) {
  Scenario scenario = small_scenario(3);
  FleetGroup second = meters(3);
  second.name = "valves";
  second.device_prefix = "valve-";
  second.wrong_secret_device = "valve-000002";
  scenario.groups[0].wrong_secret_device = "meter-000001";
  scenario.groups.push_back(second);
  scenario.steps = {step("s0", BringOnline{{}, seconds{2}}), step("s1", PowerOffStep{{"meters"}, false, seconds{20}}),
                    step("s2", PowerOffStep{{"valves"}, false, seconds{20}})};
  const RunResult result = run(scenario);
  EXPECT_THAT(result.steps_failed, ElementsAre(HasSubstr("4 of 6 online")));
  EXPECT_EQ(result.devices_online, 4u);
  EXPECT_EQ(result.failures_total, 2u);
  ASSERT_EQ(result.failures.size(), 2u);
  EXPECT_EQ(result.failures[0].device, "a1Meter0001/meter-000001");
  EXPECT_EQ(result.failures[1].device, "a1Meter0001/valve-000002");
}

TEST(RunReports, AGroupWhereEverybodyFailsDoesNotHideTheNamesOfTheNext) {
  Scenario scenario = small_scenario(30);
  scenario.groups[0].name = "all-wrong";
  scenario.groups[0].device_prefix = "a-";
  scenario.groups[0].product = "a1Meter0001";
  FleetGroup second = meters(3);
  second.name = "valves";
  second.device_prefix = "valve-";
  second.wrong_secret_device = "valve-000002";
  scenario.groups[0].auth = AuthStyle::plain;  // nobody of these is let in
  scenario.groups[0].username = "nobody";
  scenario.groups.push_back(second);
  scenario.steps = {step("s0", BringOnline{{}, seconds{3}}), step("s1", PowerOffStep{{"valves"}, false, seconds{20}})};
  const RunResult result = run(scenario);
  EXPECT_EQ(result.failures_total, 31u);
  EXPECT_EQ(result.failures.size(), failures_listed_max);
  const auto named = [&](const DeviceFailure& failure) { return failure.device == "a1Meter0001/valve-000002"; };
  EXPECT_EQ(std::count_if(result.failures.begin(), result.failures.end(), named), 1) << "switched off when thirty others had failed";
}

TEST(RunReports, AThresholdThatEndsTheRunInTheMidstOfAMoveIsItsExitCode) {
  Scenario scenario = small_scenario(20);
  scenario.connects_in_flight = 1;
  scenario.groups[0].wrong_secret_device = "meter-000000";
  scenario.thresholds = {{"notifies", "count<1", true, Duration{0}}};
  scenario.steps = {step("s0", BringOnline{{}, seconds{1}}), step("s1", move_to("there", shanghai, singapore)),
                    step("s2", Sleep{seconds{50}})};
  RunResult result = run(scenario);
  result.steps_failed.clear();  // one device never came online, so that it is stranded
  EXPECT_GT(result.devices_stranded, 0u);
  EXPECT_EQ(exit_code_of(result), ExitCode::threshold);
}

TEST(RunReports, ASecretThatCameInByAVariableIsNotShown) {
  Scenario scenario = small_scenario(1);
  scenario.world = WorldKind::external;
  scenario.external.host = "127.0.2.77";
  scenario.external.port = 28999;
  scenario.groups[0].auth = AuthStyle::plain;
  scenario.groups[0].username = "somebody";
  scenario.groups[0].password = "correct horse";
  scenario.secret_vars = {"p"};
  scenario.vars = {{"p", "correct horse"}, {"broker_password", "battery"}, {"product_secret", "staple"}, {"clients", "1"}};
  scenario.steps = {step("s0", BringOnline{{}, milliseconds{200}})};
  const RunResult result = run(scenario);
  const std::string report = json_report(result);
  for (const char* secret : {"correct horse", "battery", "staple"}) EXPECT_THAT(report, Not(HasSubstr(secret)));
  EXPECT_EQ(result.vars.at("clients"), "1");
  EXPECT_EQ(result.vars.at("p"), "(hidden)");
}

TEST(RunReports, NotifySecondsCarryTheProfileOfTheirOwnGroup) {
  Scenario scenario = small_scenario(2);
  scenario.groups[0].profile = "legacy";
  FleetGroup second = meters(3);
  second.name = "valves";
  second.device_prefix = "valve-";
  scenario.groups.push_back(second);
  DistributeStep move = move_to("there", shanghai, singapore);
  move.groups = {"valves"};
  scenario.steps = {step("s0", BringOnline{}), step("s1", move),
                    step("s2", WaitUntil{WaitUntil::What::moved, 1.0, {"valves"}, seconds{30}})};
  const RunResult result = run(scenario);
  std::uint64_t seen = 0;
  for (const Series& series : result.metrics.all()) {
    if (series.metric != Metric::notify_seconds || series.latency.count() == 0) continue;
    seen += series.latency.count();
    EXPECT_EQ(result.tag_names.profiles.at(series.tags.profile), "reference");
    EXPECT_EQ(result.tag_names.groups.at(series.tags.group), "valves");
  }
  EXPECT_EQ(seen, 3u);
}

TEST(RunReports, TellEveryStepsMomentAndWhatBecameOfIt) {
  Scenario scenario = small_scenario(4);
  scenario.world = WorldKind::virtual_time;
  scenario.duration_max = seconds{30};
  scenario.steps = {step("s0", BringOnline{}), step("s1", Sleep{seconds{5}}),
                    step("s2", WaitUntil{WaitUntil::What::moved, 1.0, {}, seconds{3}}), step("s3", Sleep{seconds{100}}),
                    step("s4", ProbeStep{})};
  const RunResult result = run(scenario);
  ASSERT_EQ(result.steps.size(), 5u);
  using Outcome = StepResult::Outcome;
  const std::vector<Outcome> wanted{Outcome::done, Outcome::done, Outcome::failed, Outcome::failed, Outcome::not_reached};
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(result.steps[i].outcome, wanted[i]) << result.steps[i].label;
  EXPECT_EQ(result.steps[1].label, "s1");
  EXPECT_NEAR(result.steps[1].ended_seconds - result.steps[1].began_seconds, 5, 0.2);
  EXPECT_THAT(result.steps[2].why_failed, ElementsAre(HasSubstr("s2: ")));
  EXPECT_THAT(result.steps[3].why_failed, ElementsAre(HasSubstr("duration_max of 30.0 s is over")));
  EXPECT_GE(result.steps[3].began_seconds, result.steps[2].ended_seconds);
}

}  // namespace
}  // namespace fleetsim::sim
