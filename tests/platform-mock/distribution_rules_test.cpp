#include "tests/platform-mock/placement_world.hpp"

namespace fleetsim::platform {
namespace {

TEST(DistributionRules, ATargetThatIsTheSourceIsRefused) {
  PlacementWorld world;
  EXPECT_EQ(world.refusal(PlacementWorld::region_request(shanghai, {"dev1"})), "iot.system.InstanceIdSame");
}

TEST(DistributionRules, InstancesMustExist) {
  PlacementWorld world;
  EXPECT_EQ(world.refusal(PlacementWorld::region_request("iotx-nowhere", {"dev1"})), "iot.system.InstanceNotFound");
  EXPECT_EQ(world.refusal(PlacementWorld::region_request(singapore, {"dev1"}, "iotx-nowhere")), "iot.system.InstanceNotFound");
}

TEST(DistributionRules, AnEnterpriseInstanceServesItsOwnerOnly) {
  PlacementWorld world;
  EXPECT_EQ(world.refusal(PlacementWorld::region_request(other_enterprise, {"dev1"})), "iot.common.AuthActionPermissionDeny");
  EXPECT_EQ(world.refusal(PlacementWorld::region_request(singapore, {"dev1"}, other_enterprise)), "iot.common.AuthActionPermissionDeny");
  EXPECT_EQ(world.refusal(PlacementWorld::nearest_request({singapore, other_enterprise}, {"dev1"})), "iot.common.AuthActionPermissionDeny");
  EXPECT_EQ(world.refusal(PlacementWorld::region_request(own_enterprise, {"dev1"})), "created");
}

TEST(DistributionRules, AccountAndProductMustExistAndBelongTogether) {
  PlacementWorld world;
  DistributeRequest request = PlacementWorld::region_request(singapore, {"dev1"});
  request.account = AccountId{"nobody"};
  EXPECT_EQ(world.refusal(request), "iot.system.UidNotFound");
  request.account = AccountId{"198001"};
  EXPECT_EQ(world.refusal(request), "iot.prod.NotExistedProduct") << "another account's product is none";
  request = PlacementWorld::region_request(singapore, {"dev1"});
  request.product = ProductKey{"a1NoProduct"};
  EXPECT_EQ(world.refusal(request), "iot.prod.NotExistedProduct");
  request.product = ProductKey{};
  EXPECT_EQ(world.refusal(request), "iot.prod.NullProductKey");
}

TEST(DistributionRules, RegionTakesOneTargetNearestOnePerRegion) {
  PlacementWorld world;
  DistributeRequest two = PlacementWorld::region_request(singapore, {"dev1"});
  two.targets.push_back(InstanceId{frankfurt});
  EXPECT_EQ(world.refusal(two), "iot.check.InvalidFormattedParameter");
  two.targets.clear();
  EXPECT_EQ(world.refusal(two), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(world.refusal(PlacementWorld::nearest_request({}, {"dev1"})), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(world.refusal(PlacementWorld::nearest_request({shanghai, own_enterprise}, {"dev1"})), "iot.check.InvalidFormattedParameter")
      << "both are in cn-shanghai";
  EXPECT_EQ(world.refusal(PlacementWorld::nearest_request({singapore}, {"dev1"})), "created");
}

TEST(DistributionRules, NearestAccessMaySelectTheSourceRegion) {
  PlacementWorld world;
  EXPECT_EQ(world.refusal(PlacementWorld::nearest_request({shanghai, singapore}, {"dev1"})), "created");
}

TEST(DistributionRules, AJobTakesTheDocumentedNumberOfDevices) {
  PlatformConfig config = placement_config();
  config.limits.devices_per_job = 2;
  PlacementWorld world(config);
  EXPECT_EQ(world.refusal(PlacementWorld::region_request(singapore, {"dev1", "dev2", "dev3"})), "iot.device.DeviceCountExceeded");
  EXPECT_EQ(world.refusal(PlacementWorld::region_request(singapore, {})), "iot.device.NullDeviceName");
  EXPECT_EQ(world.refusal(PlacementWorld::region_request(singapore, {"dev1", "dev2"})), "created");
  config.limits.mode = LimitsMode::unlimited;
  PlacementWorld unlimited(config);
  EXPECT_EQ(unlimited.refusal(PlacementWorld::region_request(singapore, {"dev1", "dev2", "dev3"})), "created");
}

TEST(DistributionRules, TheDocumentedLimitIsAThousand) { EXPECT_EQ(Limits{}.devices_per_job, 1000U); }

/// Asks for another job while one is being made: the only moment at which a job of this platform is unfinished.
class AsksAgain final : public Output {
 public:
  AsksAgain(PlacementWorld& world, JobState moment) : world_(world), moment_(name_of(moment)) {}
  void send(ConnectionId, ByteView) override {}
  void close(ConnectionId, CloseMode) override {}
  void event(const PlatformEvent& told) override {
    if (told.kind == PlatformEventKind::job_state_changed && told.reason == moment_ && refusal.empty())
      refusal = world_.refusal(PlacementWorld::region_request(frankfurt, {"dev7"}));
  }
  std::string refusal;

 private:
  PlacementWorld& world_;
  std::string_view moment_;
};

TEST(DistributionRules, UnfinishedJobsOfAnAccountAreLimitedAndADistributedOneIsFinished) {
  PlatformConfig config = placement_config();
  config.limits.unfinished_jobs_per_account = 1;
  PlacementWorld world(config);
  AsksAgain during(world, JobState::distributing);
  ASSERT_TRUE(world.distribution.create_job(PlacementWorld::region_request(singapore, {"dev1"}), Instant{}, during).ok());
  EXPECT_EQ(during.refusal, "iot.system.IllegalRequest");
  for (int i = 2; i <= 6; ++i) EXPECT_EQ(world.refusal(PlacementWorld::region_request(singapore, {"dev" + std::to_string(i)})), "created");
}

TEST(DistributionRules, ARefusedRequestChangesNothingAndTellsNothing) {
  PlacementWorld world;
  EXPECT_NE(world.refusal(PlacementWorld::region_request(shanghai, {"dev1"})), "created");
  EXPECT_EQ(world.distribution.job_count(), 0U);
  EXPECT_TRUE(world.output.events.empty());
  EXPECT_EQ(world.admit("dev1", shanghai), Admission::accept);
}

TEST(DistributionRules, OneBadDeviceFailsAlone) {
  PlacementWorld world;
  world.must_create(PlacementWorld::region_request(frankfurt, {"dev3"}));
  world.commit("dev3", frankfurt);
  const JobIndex index = world.must_create(PlacementWorld::region_request(singapore, {"dev1", "ghost", "dev3", "dev1", "dev2"}));
  const Job& job = world.distribution.job(index);
  ASSERT_EQ(job.outcomes.size(), 4U) << "dev1 was given twice and is there once";
  EXPECT_EQ(job.outcomes[0].code, 200);
  EXPECT_EQ(job.outcomes[1].code, 6100);
  EXPECT_EQ(job.outcomes[1].device.view(), "ghost");
  EXPECT_EQ(job.outcomes[2].code, 460);
  EXPECT_NE(job.message_of(job.outcomes[2]).find(frankfurt), std::string::npos) << job.message_of(job.outcomes[2]);
  EXPECT_EQ(job.message_of(job.outcomes[3]), "");
  EXPECT_EQ(job.messages.size(), 4U) << "each text is kept once: none, that they waited, and what is said of two";
  EXPECT_EQ(job.outcomes[3].device.view(), "dev2");
  EXPECT_EQ(job.devices, (std::vector<DeviceIndex>{world.device("dev1"), world.device("dev2")}));
  EXPECT_EQ(job.state, JobState::distributed) << "distributed does not mean all devices";
  EXPECT_EQ(world.admit("dev3", frankfurt), Admission::accept);
  EXPECT_EQ(world.admit("dev3", singapore), Admission::refuse_distributed_away);
}

}  // namespace
}  // namespace fleetsim::platform
