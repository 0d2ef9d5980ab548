// "Distribute devices": how many, the states of a task, retry, the record, and that it cannot be cancelled.
#include "platform-mock/core/distribution_record.hpp"
#include "platform-mock/core/product_rules.hpp"
#include "tests/platform-mock/rules_world.hpp"

namespace fleetsim::platform {
namespace {

std::vector<std::string> device_names(int first, int last) {
  std::vector<std::string> names;
  for (int i = first; i <= last; ++i) names.push_back("dev" + std::to_string(i));
  return names;
}

PlatformConfig two_at_a_time() {
  PlatformConfig config = placement_config();
  config.limits.devices_per_batch = 2;
  config.limits.job_batch_interval = 1s;
  return config;
}

std::vector<std::string> states_told(const RulesWorld& world) {
  std::vector<std::string> states;
  for (const RecordedEvent& event : world.output.of(PlatformEventKind::job_state_changed)) states.push_back(event.reason);
  return states;
}

TEST(RulesJob, TakesAThousandDevicesAndNotOneMore) {
  RulesWorld world;
  std::vector<std::string> names;
  for (int i = 0; i < 1001; ++i) {
    names.push_back("many" + std::to_string(i));
    ASSERT_FALSE(world.registry.add_device(test_product, names.back(), "secret").has_value());
  }
  EXPECT_EQ(world.refusal(PlacementWorld::region_request(singapore, names)), "iot.device.DeviceCountExceeded");
  EXPECT_EQ(world.distribution.devices_in_handover(), 0U);
  names.pop_back();
  const JobIndex job = world.must_create(PlacementWorld::region_request(singapore, names));
  while (world.distribution.next_deadline() <= moment(0s)) world.distribution.advance(moment(0s), world.output);
  EXPECT_EQ(world.job(job).state, JobState::distributed);
  EXPECT_EQ(world.distribution.devices_in_handover(), 1000U);
}

TEST(RulesJob, IsHandedOverInBatchesAlsoWithoutLimits) {
  for (const LimitsMode mode : {LimitsMode::documented, LimitsMode::unlimited}) {
    PlatformConfig config = placement_config();
    config.limits.mode = mode;
    RulesWorld world(config);
    std::vector<std::string> names;
    for (int i = 0; i < 250; ++i) {
      names.push_back("many" + std::to_string(i));
      ASSERT_FALSE(world.registry.add_device(test_product, names.back(), "secret").has_value());
    }
    const JobIndex job = world.must_create_at(PlacementWorld::region_request(singapore, names), 10s);
    EXPECT_EQ(world.job(job).state, JobState::distributing);
    EXPECT_EQ(world.distribution.devices_in_handover(), 100U);
    EXPECT_EQ(world.distribution.next_deadline(), moment(10s)) << "at once, but others have their turn first";
    world.distribution.advance(moment(10s), world.output);
    EXPECT_EQ(world.distribution.devices_in_handover(), 200U);
    world.distribution.advance(moment(10s), world.output);
    EXPECT_EQ(world.job(job).state, JobState::distributed);
    EXPECT_EQ(world.distribution.devices_in_handover(), 250U);
  }
}

TEST(RulesJob, TheNumberOfDevicesIsASetting) {
  PlatformConfig config = placement_config();
  config.limits.devices_per_job = 3;
  RulesWorld world(config);
  EXPECT_EQ(world.refusal(PlacementWorld::region_request(singapore, device_names(1, 4))), "iot.device.DeviceCountExceeded");
  EXPECT_EQ(world.refusal(PlacementWorld::region_request(singapore, device_names(1, 3))), "created");
}

TEST(RulesJob, TenUnfinishedOnesAreTheMostOfAnAccount) {
  PlatformConfig config = two_at_a_time();
  RulesWorld world(config);
  for (int i = 1; i <= 10; ++i) {
    const JobIndex job = world.must_create(PlacementWorld::region_request(i % 2 == 0 ? singapore : frankfurt, device_names(1, 3)));
    EXPECT_EQ(world.job(job).state, JobState::distributing);
  }
  EXPECT_EQ(world.distribution.unfinished_jobs(world.account(makers)), 10U);
  EXPECT_EQ(world.refusal(PlacementWorld::region_request(singapore, {"dev8"})), "iot.system.IllegalRequest");
  EXPECT_EQ(world.admit("dev8", shanghai), Admission::accept);
  world.distribution.advance(moment(1s), world.output);
  EXPECT_EQ(world.distribution.unfinished_jobs(world.account(makers)), 0U);
  EXPECT_EQ(world.refusal(PlacementWorld::region_request(singapore, {"dev8"})), "created");
}

TEST(RulesJob, AnotherAccountsUnfinishedOnesDoNotCount) {
  PlatformConfig config = two_at_a_time();
  config.limits.unfinished_jobs_per_account = 1;
  RulesWorld world(config);
  world.give_away("dev8");
  world.must_create(PlacementWorld::region_request(singapore, device_names(1, 3)));
  EXPECT_EQ(world.refusal(PlacementWorld::region_request(singapore, {"dev5"})), "iot.system.IllegalRequest");
  DistributeRequest request = PlacementWorld::region_request(frankfurt, {"dev8"}, singapore);
  request.account = AccountId{others};
  EXPECT_EQ(world.refusal(request), "created");
}

TEST(RulesJob, StartsAtOnce) {
  RulesWorld world;
  const JobIndex job = world.must_create(PlacementWorld::region_request(singapore, {"dev1", "dev2"}));
  EXPECT_EQ(world.job(job).devices.size(), 2U);
  EXPECT_EQ(world.admit("dev1", singapore), Admission::commit);
  EXPECT_EQ(world.distribution.next_deadline(), kNever);
}

TEST(RulesJob, GoesFromInitializingOverDistributingToDistributedInBatches) {
  RulesWorld world(two_at_a_time());
  const JobIndex job = world.must_create_at(PlacementWorld::region_request(singapore, device_names(1, 5)), 10s);
  EXPECT_EQ(states_told(world), (std::vector<std::string>{"initializing", "distributing"}));
  EXPECT_EQ(world.distribution.take_handed_over(), (std::vector{world.device("dev1"), world.device("dev2")}));
  EXPECT_EQ(world.admit("dev3", shanghai), Admission::accept) << "wholly where it was";
  EXPECT_EQ(world.job(job).outcomes[2].code, outcome_code::waiting);
  EXPECT_EQ(world.distribution.next_deadline(), moment(11s));
  world.distribution.advance(moment(10s), world.output);
  EXPECT_EQ(world.job(job).devices.size(), 2U) << "not yet";
  world.distribution.advance(moment(11s), world.output);
  EXPECT_EQ(world.distribution.take_handed_over().size(), 2U);
  world.distribution.advance(moment(12s), world.output);
  EXPECT_EQ(states_told(world), (std::vector<std::string>{"initializing", "distributing", "distributed"}));
  EXPECT_EQ(world.job(job).devices.size(), 5U);
  EXPECT_EQ(world.distribution.next_deadline(), kNever);
}

TEST(RulesJob, DistributedDoesNotMeanThatEveryDeviceIs) {
  RulesWorld world;
  const JobIndex job = world.must_create(PlacementWorld::region_request(singapore, {"ghost", "dev1"}));
  EXPECT_EQ(world.job(job).state, JobState::distributed);
  EXPECT_EQ(world.job(job).outcomes[0].code, outcome_code::device_not_found);
  EXPECT_EQ(world.distribution.devices_in_handover(), 1U);
  EXPECT_EQ(world.distribution.devices_moved(), 0U);
}

TEST(RulesJob, NetworkJitterFailsItBetweenTwoDevices) {
  RulesWorld world;
  JobFaultScript faults;
  ASSERT_TRUE(faults.add(JobFault::jitter, 2));
  world.distribution.inject(&faults);
  const JobIndex job = world.must_create(PlacementWorld::region_request(singapore, device_names(1, 4)));
  EXPECT_EQ(world.job(job).state, JobState::failed);
  EXPECT_NE(world.job(job).failure.find("network jitter before device dev3"), std::string::npos) << world.job(job).failure;
  for (const char* moved : {"dev1", "dev2"}) EXPECT_EQ(world.admit(moved, singapore), Admission::commit) << moved;
  for (const char* stayed : {"dev3", "dev4"}) {
    EXPECT_EQ(world.admit(stayed, shanghai), Admission::accept) << stayed;
    EXPECT_EQ(world.admit(stayed, singapore), Admission::refuse_distributed_away) << stayed;
  }
  EXPECT_EQ(world.distribution.unfinished_jobs(world.account(makers)), 0U) << "a failed job is over until it is retried";
  world.distribution.advance(moment(1000s), world.output);
  EXPECT_EQ(world.job(job).state, JobState::failed) << "nobody retries it but its account";
}

TEST(RulesRetry, OfAFailedOneGoesOnWhereItFailed) {
  RulesWorld world;
  JobFaultScript faults;
  faults.add(JobFault::jitter, 2);
  world.distribution.inject(&faults);
  const JobIndex job = world.must_create(PlacementWorld::region_request(singapore, device_names(1, 4)));
  world.commit("dev1", singapore);
  world.distribution.take_handed_over();
  EXPECT_FALSE(world.distribution.retry(job, moment(1s), world.output).has_value());
  EXPECT_EQ(world.job(job).state, JobState::distributed);
  EXPECT_TRUE(world.job(job).failure.empty());
  EXPECT_EQ(world.job(job).attempts, 2U);
  EXPECT_EQ(world.distribution.take_handed_over(), (std::vector{world.device("dev3"), world.device("dev4")}));
  EXPECT_EQ(world.admit("dev1", singapore), Admission::accept) << "what had moved stays moved";
  EXPECT_EQ(world.distribution.unfinished_jobs(world.account(makers)), 0U);
}

TEST(RulesRetry, MayFailAgain) {
  RulesWorld world;
  JobFaultScript faults;
  faults.add(JobFault::jitter, 1);
  faults.add(JobFault::jitter, 1);
  world.distribution.inject(&faults);
  const JobIndex job = world.must_create(PlacementWorld::region_request(singapore, device_names(1, 2)));
  EXPECT_FALSE(world.distribution.retry(job, moment(1s), world.output).has_value());
  EXPECT_EQ(world.job(job).state, JobState::failed);
  EXPECT_FALSE(world.distribution.retry(job, moment(2s), world.output).has_value());
  EXPECT_EQ(world.job(job).state, JobState::distributed);
}

TEST(RulesRetry, OfOneThatIsStuckInDistributing) {
  RulesWorld world;
  JobFaultScript faults;
  faults.add(JobFault::stall, 1);
  world.distribution.inject(&faults);
  const JobIndex job = world.must_create(PlacementWorld::region_request(singapore, device_names(1, 3)));
  EXPECT_EQ(world.job(job).state, JobState::distributing);
  world.distribution.advance(moment(59s), world.output);
  EXPECT_EQ(world.job(job).devices.size(), 1U);
  EXPECT_EQ(world.distribution.next_deadline(), kNever) << "nothing will happen by itself";
  ASSERT_TRUE(world.distribution.retry(job, moment(59s), world.output).has_value()) << "not for long enough";
  EXPECT_FALSE(world.distribution.retry(job, moment(60s), world.output).has_value());
  EXPECT_EQ(world.job(job).state, JobState::distributed);
  EXPECT_EQ(world.distribution.devices_in_handover(), 3U);
}

TEST(RulesRetry, OfADistributedOneIsRefused) {
  RulesWorld world;
  const JobIndex job = world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  const auto refused = world.distribution.retry(job, moment(1000s), world.output);
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->code, "iot.system.IllegalRequest");
}

TEST(RulesRetry, IsRefusedWhileADeviceOfTheProductIsShared) {
  RulesWorld world;
  JobFaultScript faults;
  faults.add(JobFault::jitter, 0);
  world.distribution.inject(&faults);
  const JobIndex job = world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  const DeviceIndex shared = world.device("dev7");
  ASSERT_FALSE(share_device(world.registry, world.account(makers), shared, {SharingKind::authorised, world.account(others)}).has_value());
  const auto refused = world.distribution.retry(job, moment(1s), world.output);
  ASSERT_TRUE(refused.has_value());
  EXPECT_NE(refused->message.find("is authorized or transferred"), std::string::npos) << refused->message;
  EXPECT_EQ(world.job(job).state, JobState::failed) << "nothing has changed";
  EXPECT_EQ(world.distribution.unfinished_jobs(world.account(makers)), 0U);
  ASSERT_FALSE(unshare_device(world.registry, world.account(makers), shared).has_value());
  EXPECT_FALSE(world.distribution.retry(job, moment(1s), world.output).has_value());
}

TEST(RulesJob, StopsAtADeviceThatIsSharedBetweenTwoBatches) {
  RulesWorld world(two_at_a_time());
  const JobIndex job = world.must_create(PlacementWorld::region_request(singapore, device_names(1, 3)));
  ASSERT_FALSE(share_device(world.registry, world.account(makers), world.device("dev7"), {SharingKind::authorised, world.account(others)})
                   .has_value());
  world.distribution.advance(moment(1s), world.output);
  EXPECT_EQ(world.job(job).outcomes[2].code, outcome_code::product_shared);
  EXPECT_EQ(world.admit("dev3", shanghai), Admission::accept);
  EXPECT_EQ(world.admit("dev1", singapore), Admission::commit) << "what was handed over stays so";
}

TEST(RulesRetry, CountsAsUnfinishedAgain) {
  PlatformConfig config = two_at_a_time();
  config.limits.unfinished_jobs_per_account = 1;
  RulesWorld world(config);
  JobFaultScript faults;
  faults.add(JobFault::jitter, 0);
  world.distribution.inject(&faults);
  const JobIndex failed = world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  world.must_create(PlacementWorld::region_request(singapore, device_names(2, 4)));
  ASSERT_TRUE(world.distribution.retry(failed, moment(0s), world.output).has_value());
  EXPECT_EQ(world.job(failed).state, JobState::failed);
  world.distribution.advance(moment(1s), world.output);
  EXPECT_FALSE(world.distribution.retry(failed, moment(2s), world.output).has_value());
}

TEST(RulesRetry, DoesNotTakeADeviceFromANewerJob) {
  RulesWorld world;
  JobFaultScript faults;
  faults.add(JobFault::jitter, 0);
  world.distribution.inject(&faults);
  const JobIndex older = world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  world.must_create(PlacementWorld::region_request(frankfurt, {"dev1"}));
  EXPECT_FALSE(world.distribution.retry(older, moment(1s), world.output).has_value());
  EXPECT_EQ(world.job(older).outcomes[0].code, outcome_code::not_at_source);
  EXPECT_EQ(world.admit("dev1", frankfurt), Admission::commit);
  EXPECT_EQ(world.admit("dev1", singapore), Admission::refuse_distributed_away);
}

TEST(RulesRecord, HasALineForEachDevice) {
  RulesWorld world;
  world.must_create(PlacementWorld::region_request(frankfurt, {"dev3"}));
  world.commit("dev3", frankfurt);
  const JobIndex job = world.must_create(PlacementWorld::region_request(singapore, {"dev1", "ghost", "dev3", "dev1"}));
  EXPECT_EQ(record_of(world.job(job), RecordFormat::csv),
            "DeviceName,Code,Message\r\n"
            "dev1,200,\r\n"
            "ghost,6100,there is no such device\r\n"
            "dev3,460,\"resides at iotx-oxssharez700, not at the source\"\r\n");
}

TEST(RulesRecord, SaysWhichDevicesAFailedJobDidNotComeTo) {
  RulesWorld world;
  JobFaultScript faults;
  faults.add(JobFault::jitter, 1);
  world.distribution.inject(&faults);
  const JobIndex job = world.must_create(PlacementWorld::region_request(singapore, {"dev1", "dev2"}));
  EXPECT_EQ(record_of(world.job(job), RecordFormat::csv), "DeviceName,Code,Message\r\ndev1,200,\r\ndev2,0,waiting\r\n");
}

TEST(RulesRecord, IsSafeAgainstNamesThatAreNone) {
  RulesWorld world;
  const JobIndex job = world.must_create(PlacementWorld::region_request(singapore, {"=cmd()", "a\",b", "x'; DROP TABLE device;--"}));
  EXPECT_EQ(record_of(world.job(job), RecordFormat::csv),
            "DeviceName,Code,Message\r\n"
            "\"'=cmd()\",6100,there is no such device\r\n"
            "\"a\"\",b\",6100,there is no such device\r\n"
            "x'; DROP TABLE device;--,6100,there is no such device\r\n");
}

TEST(RulesRecord, IsAJsonArrayWhereItIsSetSo) {
  RulesWorld world;
  const JobIndex job = world.must_create(PlacementWorld::region_request(singapore, {"dev1", "a\",b"}));
  EXPECT_EQ(record_of(world.job(job), RecordFormat::json), R"([{"DeviceName":"dev1","Code":200,"Message":""},)"
                                                           R"({"DeviceName":"a\",b","Code":6100,"Message":"there is no such device"}])");
}

TEST(RulesRecord, AnUnknownDeviceFailsAlone) {
  RulesWorld world;
  const JobIndex job = world.must_create(PlacementWorld::region_request(singapore, {"dev1", "ghost", "dev2"}));
  EXPECT_EQ(world.job(job).devices, (std::vector{world.device("dev1"), world.device("dev2")}));
}

TEST(RulesDelete, OnlyOfAFinishedJobForNothingCanBeCancelled) {
  RulesWorld world(two_at_a_time());
  const JobIndex job = world.must_create(PlacementWorld::region_request(singapore, device_names(1, 3)));
  const auto refused = world.distribution.delete_job(job);
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->code, "iot.system.IllegalRequest");
  EXPECT_NE(refused->message.find("cannot be cancelled"), std::string::npos);
  world.distribution.advance(moment(1s), world.output);
  const std::string id = world.job(job).id;
  EXPECT_FALSE(world.distribution.delete_job(job).has_value());
  EXPECT_FALSE(world.distribution.find_job(id).has_value());
  EXPECT_TRUE(world.distribution.jobs_of(world.account(makers)).empty());
  EXPECT_EQ(world.admit("dev1", singapore), Admission::commit) << "its devices still follow it";
  EXPECT_TRUE(world.distribution.delete_job(job).has_value()) << "gone";
}

TEST(RulesDelete, ARemovedDeviceIsInNoReport) {
  RulesWorld world;
  world.must_create(PlacementWorld::region_request(singapore, {"dev1", "dev2"}));
  world.commit("dev2", singapore);
  for (const char* name : {"dev1", "dev2"}) {
    const DeviceIndex device = world.device(name);
    world.distribution.forget(device);
    world.registry.remove_device(device);
    EXPECT_FALSE(world.registry.find_device(test_product, name).has_value());
  }
  EXPECT_EQ(world.distribution.devices_in_handover(), 0U);
  EXPECT_EQ(world.distribution.devices_moved(), 0U);
  EXPECT_TRUE(world.distribution.stranded(10).empty());
}

}  // namespace
}  // namespace fleetsim::platform
