// Orders to the mock in this process without a fleet: jobs that fail or get stuck and are retried, updates, groups, and what is known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform-mock/core/distribution_faults.hpp"
#include "sim/live/run_countries.hpp"
#include "sim/live/served_platform.hpp"
#include "sim/world/run_platform.hpp"
#include "tests/sim/controller/run_scenarios.hpp"

namespace fleetsim::sim {
namespace {

using namespace test;
using platform::JobFault;
using platform::Output;
using platform::Platform;
using ::testing::HasSubstr;

Result<std::unique_ptr<RunPlatform>, RunError> served(const Scenario& scenario, const Roster& roster) {
  return RunPlatform::start(scenario, roster, nullptr, [&](auto config, auto on_event) {
    return serve_platform(std::move(config), {.seed = scenario.seed,
                                              .epoch = std::chrono::steady_clock::now(),
                                              .on_event = std::move(on_event),
                                              .store = nullptr,
                                              .on_store_lost = {}});
  });
}

class LivePlatformTest : public ::testing::Test {
 protected:
  LivePlatformTest() : scenario_(small_scenario(4)) {
    scenario_.platform.management.emplace();  // where images are fetched
    roster_ = std::move(*make_roster(scenario_, *plan_addresses(scenario_)));
    platform_ = std::move(*served(scenario_, roster_));
  }
  void plan(JobFault fault, std::size_t before_device) {
    platform_->host().call([&](Platform& platform, Output&, Instant) { platform.job_faults().add(fault, before_device); });
  }
  HandoverOutcome hand_over() { return platform_->hand_over(roster_.groups[0], {0, 4}, move_to("there", shanghai, singapore), 0); }
  static ExpectStep at(const char* instance) {
    ExpectStep step;
    step.at = instance;
    return step;
  }

  Scenario scenario_;
  Roster roster_;
  std::unique_ptr<RunPlatform> platform_;
};

TEST_F(LivePlatformTest, AJobThatFailsLeavesDevicesWaitingAndARetryComesToThem) {
  plan(JobFault::jitter, 1);
  const HandoverOutcome outcome = hand_over();
  EXPECT_THAT(outcome.stopped, HasSubstr("has failed"));
  EXPECT_EQ(outcome.handed_over, 1U);
  EXPECT_EQ(outcome.waiting, 3U);
  EXPECT_EQ(platform_->in_handover(roster_.groups[0]), 1U);
  EXPECT_EQ(platform_->moves(0).asked, 4U);
  EXPECT_EQ(platform_->moves(0).moved, 0U) << "a device that waits is bound at the source: that is no move";
  EXPECT_EQ(platform_->distribution()[0].devices, 1U);
  const JobCount jobs = platform_->retry_jobs("there");
  EXPECT_EQ(jobs.jobs, 1U);
  EXPECT_EQ(jobs.done, 1U);
  EXPECT_EQ(platform_->in_handover(roster_.groups[0]), 4U);
  EXPECT_EQ(platform_->distribution()[0].devices, 4U);
  EXPECT_EQ(platform_->distribution()[0].failed, 0U) << "a device that waited was not refused";
}

TEST_F(LivePlatformTest, AStuckJobIsRetriedOnlyOnceThePlatformAllowsIt) {
  plan(JobFault::stall, 2);
  EXPECT_THAT(hand_over().stopped, HasSubstr("stuck in distributing, 2 devices wait"));
  const JobCount jobs = platform_->retry_jobs("");
  EXPECT_EQ(jobs.done, 0U);
  EXPECT_THAT(jobs.last_refusal, HasSubstr("job "));
  EXPECT_THAT(jobs.why_unfinished, HasSubstr("is stuck in distributing, 2 devices wait"));
  EXPECT_EQ(platform_->retry_jobs("another name").jobs, 0U);
}

TEST_F(LivePlatformTest, ARetryThatFailsAgainSaysWhy) {
  plan(JobFault::jitter, 1);
  plan(JobFault::jitter, 2);
  hand_over();
  const JobCount jobs = platform_->retry_jobs("there");
  EXPECT_EQ(jobs.done, 0U);
  EXPECT_THAT(jobs.why_unfinished, ::testing::MatchesRegex("job .* has failed: .+"));
}

TEST_F(LivePlatformTest, LooksAtWhereDevicesAreBoundAndInHandoverTheyAreNowhere) {
  EXPECT_EQ(platform_->look(roster_.groups[0], at(shanghai)).done, 4U);
  ExpectStep unactive = at(shanghai);
  unactive.status = "UNACTIVE";
  EXPECT_EQ(platform_->look(roster_.groups[0], unactive).done, 4U);
  hand_over();
  const WorkCount seen = platform_->look(roster_.groups[0], at(shanghai));
  EXPECT_EQ(seen.done, 0U);
  EXPECT_THAT(seen.first_reason, HasSubstr("a1Meter0001/meter-000000: it is not at iotx-oxssharez200"));
}

TEST_F(LivePlatformTest, DevicesJoinAGroupOnceAndLeaveItWhenTheyAreDistributed) {
  JoinGroupStep step;
  step.at = shanghai;
  step.device_group = "hall";
  EXPECT_EQ(platform_->join_group(roster_.groups[0], step).done, 4U);
  EXPECT_EQ(platform_->join_group(roster_.groups[0], step).refused, 4U);
  ExpectStep in_hall = at(shanghai);
  in_hall.device_groups.values = {{"hall", {}}};
  EXPECT_EQ(platform_->look(roster_.groups[0], in_hall).done, 4U);
}

TEST_F(LivePlatformTest, DevicesAreDisabledEnabledAndDeletedWhereTheyAreAndNowhereElse) {
  ChangeDevicesStep step;
  step.at = singapore;
  step.change = DeviceChange::disabled;
  const WorkCount elsewhere = platform_->change_devices(roster_.groups[0], step);
  EXPECT_EQ(elsewhere.refused, 4U);
  EXPECT_THAT(elsewhere.first_reason, HasSubstr(std::string("meter-000000 is not at ") + singapore));
  step.at = shanghai;
  const auto seen_as = [&](const char* status) {
    ExpectStep expected = at(shanghai);
    expected.status = status;
    return platform_->look(roster_.groups[0], expected).done;
  };
  EXPECT_EQ(platform_->change_devices(roster_.groups[0], step).done, 4U);
  EXPECT_EQ(seen_as("DISABLE"), 4U);
  step.change = DeviceChange::enabled;
  EXPECT_EQ(platform_->change_devices(roster_.groups[0], step).done, 4U);
  EXPECT_EQ(seen_as("UNACTIVE"), 4U);
  step.change = DeviceChange::deleted;
  EXPECT_EQ(platform_->change_devices(roster_.groups[0], step).done, 4U);
  EXPECT_THAT(platform_->look(roster_.groups[0], at(shanghai)).first_reason, HasSubstr("is not known to the platform"));
  const WorkCount again = platform_->change_devices(roster_.groups[0], step);
  EXPECT_EQ(again.refused, 4U);
  EXPECT_THAT(again.first_reason, HasSubstr("meter-000000 is not known to the platform"));
  EXPECT_EQ(platform_->in_handover(roster_.groups[0]), 0U);
  EXPECT_EQ(platform_->secrets_of({0}, {})[0], "");
}

TEST(RunPlatform, DoesNotKnowDevicesThatAreToRegisterWithoutBeingKnown) {
  Scenario scenario = small_scenario(2);
  scenario.groups[0].registration = Registration::mqtt_nwl;
  const Roster roster = std::move(*make_roster(scenario, *plan_addresses(scenario)));
  const auto platform = std::move(*served(scenario, roster));
  ExpectStep here;
  here.at = shanghai;
  const GroupRange& group = roster.groups[0];
  EXPECT_THAT(platform->look(group, here).first_reason, HasSubstr("meter-000000: is not known to the platform"));
  EXPECT_THAT(platform->all_in_handover(), ::testing::ElementsAre(false, false));
  EXPECT_EQ(platform->census().stranded, 0U);
  UpgradeStep upgrade;
  upgrade.at = shanghai;
  upgrade.version = "2.0.0";
  EXPECT_THAT(platform->begin_upgrade(group, upgrade).first_reason, HasSubstr("iot.device.NotExistedDevice: a1Meter0001/meter-000000"));
  JoinGroupStep join;
  join.at = shanghai;
  join.device_group = "hall";
  EXPECT_EQ(platform->join_group(group, join).refused, 2U);
  const HandoverOutcome moved = platform->hand_over(group, {0, 2}, move_to("there", shanghai, singapore), 0);
  EXPECT_EQ(moved.handed_over, 0U);
  EXPECT_EQ(moved.failed + moved.refused_devices, 2U) << moved.refused << moved.first_failure;
}

TEST_F(LivePlatformTest, NobodyIsAskedToSetAPropertyWhoIsNotOnline) {
  SetPropertyStep step;
  step.at = shanghai;
  step.properties = {{"Target", "19"}};
  const WorkCount asked = platform_->set_property(roster_.groups[0], step);
  EXPECT_EQ(asked.refused, 4U);
  EXPECT_THAT(asked.first_reason, HasSubstr("is not online"));
}

TEST_F(LivePlatformTest, AnUpdateIsSetWhereTheDevicesAreAndNowhereElse) {
  UpgradeStep step;
  step.at = singapore;
  step.version = "2.0.0";
  const WorkCount elsewhere = platform_->begin_upgrade(roster_.groups[0], step);
  EXPECT_EQ(elsewhere.refused, 4U);
  EXPECT_THAT(elsewhere.first_reason, HasSubstr("is not here"));
  step.at = shanghai;
  EXPECT_EQ(platform_->begin_upgrade(roster_.groups[0], step).refused, 0U);
}

TEST_F(LivePlatformTest, AJobForAnotherAccountNeedsOneThatThereIs) {
  DistributeStep step = move_to("there", shanghai, singapore);
  step.target_account = "nobody";
  EXPECT_NE(platform_->hand_over(roster_.groups[0], {0, 4}, step, 0).refused, "");
  EXPECT_EQ(platform_->in_handover(roster_.groups[0]), 0U);
}

}  // namespace
}  // namespace fleetsim::sim
