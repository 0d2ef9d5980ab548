// "Distribute devices": distribution policy, regions and instances, source.
#include "tests/platform-mock/rules_world.hpp"

namespace fleetsim::platform {
namespace {

TEST(RulesPolicy, RegionTakesExactlyOneTarget) {
  RulesWorld world;
  DistributeRequest request = PlacementWorld::region_request(singapore, {"dev1"});
  request.targets.push_back(InstanceId{frankfurt});
  EXPECT_EQ(world.refusal(request), "iot.check.InvalidFormattedParameter");
  request.targets.clear();
  EXPECT_EQ(world.refusal(request), "iot.check.InvalidFormattedParameter");
  request.targets.emplace_back(frankfurt);
  EXPECT_EQ(world.refusal(request), "created");
}

TEST(RulesPolicy, RegionSendsEveryDeviceThereWhateverItsAddress) {
  RulesWorld world;
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  for (const IpAddress& from : {in_germany(), in_china(), in_america(), nowhere()}) EXPECT_EQ(world.resolved("dev1", from), singapore);
}

TEST(RulesPolicy, NearestTakesOneOrMoreRegionsAndOneInstanceOfEach) {
  RulesWorld world;
  EXPECT_EQ(world.refusal(PlacementWorld::nearest_request({}, {"dev1"})), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(world.refusal(PlacementWorld::nearest_request({singapore, shanghai, own_enterprise}, {"dev1"})),
            "iot.check.InvalidFormattedParameter")
      << "two in cn-shanghai";
  EXPECT_EQ(world.refusal(PlacementWorld::nearest_request({singapore}, {"dev1"})), "created");
  EXPECT_EQ(world.refusal(PlacementWorld::nearest_request({own_enterprise, singapore, frankfurt, virginia}, {"dev2"})), "created");
}

TEST(RulesPolicy, NearestTakesRegionsAndTheirPublicInstancesByDefault) {
  RulesWorld world;
  DistributeRequest request = PlacementWorld::nearest_request({"", own_enterprise}, {"dev1"});
  request.target_regions = {RegionId{"eu-central-1"}, RegionId{"cn-shanghai"}};
  const JobIndex job = world.must_create(request);
  EXPECT_EQ(world.job(job).targets, (std::vector{world.at(frankfurt), world.at(own_enterprise)}));
}

TEST(RulesPolicy, NearestMaySelectTheSourceRegion) {
  RulesWorld world;
  world.must_create(PlacementWorld::nearest_request({shanghai, frankfurt}, {"dev1"}));
  EXPECT_EQ(world.resolved("dev1", in_china()), shanghai);
  EXPECT_EQ(world.admit("dev1", shanghai, in_china()), Admission::commit);
}

TEST(RulesPolicy, WhereTheSourceRegionIsNotSelectedNobodyStays) {
  RulesWorld world;
  world.must_create(PlacementWorld::nearest_request({frankfurt, virginia}, {"dev1"}));
  EXPECT_NE(world.resolved("dev1", in_china()), shanghai) << "however near it is";
  EXPECT_EQ(world.admit("dev1", shanghai, in_china()), Admission::notify_only);
}

TEST(RulesPolicy, NearestIsDecidedByTheAddressAtEachConnection) {
  RulesWorld world;
  world.must_create(PlacementWorld::nearest_request({shanghai, frankfurt, virginia}, {"dev1"}));
  EXPECT_EQ(world.resolved("dev1", in_germany()), frankfurt);
  EXPECT_EQ(world.resolved("dev1", in_america()), virginia);
  EXPECT_EQ(world.resolved("dev1", in_china()), shanghai);
  EXPECT_EQ(world.resolved("dev1", in_germany()), frankfurt);
}

TEST(RulesPolicy, WithNearestTheProductIsInEveryRegionBeforeAnyDeviceConnects) {
  RulesWorld world;
  world.must_create(PlacementWorld::nearest_request({singapore, frankfurt, virginia}, {"dev1"}));
  for (const std::string_view target : {singapore, frankfurt, virginia})
    EXPECT_TRUE(world.registry.visible_at(world.product(), world.place(target, makers))) << target;
  EXPECT_FALSE(world.registry.visible_at(world.product(), world.place(own_enterprise, makers)));
}

TEST(RulesPolicy, EveryServedRegionWillDoAndNoOther) {
  RulesWorld world;
  int device = 1;
  for (const std::string_view target : {singapore, virginia, frankfurt, own_enterprise})
    EXPECT_EQ(world.refusal(PlacementWorld::region_request(target, {"dev" + std::to_string(device++)})), "created") << target;
  DistributeRequest request = PlacementWorld::nearest_request({""}, {"dev7"});
  request.target_regions = {RegionId{"moon-south-1"}};
  EXPECT_NE(world.reason_at(request, 0s).find("\"moon-south-1\" is not served"), std::string::npos);
  request.target_regions = {RegionId{"eu-west-1"}};
  EXPECT_EQ(world.refusal(request), "iot.system.InstanceNotFound") << "a region without an instance";
}

TEST(RulesPolicy, AnInstanceOutsideTheRegionThatWasGivenIsRefused) {
  RulesWorld world;
  DistributeRequest request = PlacementWorld::region_request(singapore, {"dev1"});
  request.target_regions = {RegionId{"eu-central-1"}};
  EXPECT_EQ(world.refusal(request), "iot.system.InstanceNotFound");
  request.target_regions = {RegionId{"ap-southeast-1"}, RegionId{"eu-central-1"}};
  EXPECT_EQ(world.refusal(request), "iot.check.InvalidFormattedParameter") << "more regions than instances";
  request.target_regions = {RegionId{"ap-southeast-1"}};
  EXPECT_EQ(world.refusal(request), "created");
}

TEST(RulesSource, IsWhereTheDevicesResideElseNothingIsDone) {
  RulesWorld world;
  const std::string reason = world.reason_at(PlacementWorld::region_request(frankfurt, {"dev1"}, singapore), 0s);
  EXPECT_NE(reason.find("its devices reside elsewhere"), std::string::npos) << reason;
  EXPECT_EQ(world.distribution.job_count(), 0U);
  EXPECT_FALSE(world.registry.visible_at(world.product(), world.place(frankfurt, makers)));
}

TEST(RulesSource, ADeviceThatResidesElsewhereFailsAlone) {
  RulesWorld world;
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  world.commit("dev1", singapore);
  const JobIndex job = world.must_create(PlacementWorld::region_request(frankfurt, {"dev1", "dev2"}, shanghai));
  EXPECT_EQ(world.job(job).outcomes[0].code, outcome_code::not_at_source);
  EXPECT_EQ(world.job(job).outcomes[1].code, outcome_code::handed_over);
  EXPECT_EQ(world.admit("dev1", singapore), Admission::accept);
}

TEST(RulesSource, TheRegionMustBeTheInstances) {
  RulesWorld world;
  DistributeRequest request = PlacementWorld::region_request(singapore, {"dev1"});
  request.source_region = RegionId{"eu-central-1"};
  EXPECT_EQ(world.refusal(request), "iot.system.InstanceNotFound");
  request.source_region = RegionId{"moon-south-1"};
  EXPECT_EQ(world.refusal(request), "iot.check.InvalidFormattedParameter");
  request.source_region = RegionId{"cn-shanghai"};
  EXPECT_EQ(world.refusal(request), "created");
}

TEST(RulesSource, AnotherAccountsProductIsNotEvenKnown) {
  RulesWorld world;
  DistributeRequest request = PlacementWorld::region_request(frankfurt, {"dev1"});
  request.account = AccountId{others};
  EXPECT_EQ(world.reason_at(request, 0s), "there is no product \"a1TestPK001\"") << "the very words for a key that nobody has";
}

TEST(RulesSource, AnotherAccountsDevicesCannotBeNamed) {
  RulesWorld world;
  world.give_away("dev1");
  DistributeRequest request = PlacementWorld::region_request(frankfurt, {"dev2", "dev1"}, singapore);
  request.account = AccountId{others};
  const JobIndex job = world.must_create(request);
  EXPECT_EQ(world.job(job).outcomes[0].code, outcome_code::device_not_found) << "the makers' own: others must not learn that it exists";
  EXPECT_EQ(world.job(job).outcomes[1].code, outcome_code::handed_over);
  EXPECT_EQ(world.admit("dev2", shanghai), Admission::accept);

  const JobIndex stale = world.must_create(PlacementWorld::region_request(frankfurt, {"dev1"}));
  EXPECT_NE(world.job(stale).message_of(world.job(stale).outcomes[0]).find("with another account"), std::string::npos)
      << "the owner knows where it sent it";
}

TEST(RulesAgain, TheRecipientDistributesOnAndBack) {
  RulesWorld world;
  world.give_away("dev1");
  DistributeRequest on = PlacementWorld::region_request(other_enterprise, {"dev1"}, singapore);
  on.account = AccountId{others};
  world.must_create(on);
  world.commit("dev1", other_enterprise);

  world.send_code(10s, others, makers);
  DistributeRequest back = on;
  back.source = InstanceId{other_enterprise};
  back.targets = {InstanceId{shanghai}};
  back.method = Method::cross_account;
  back.target_account = AccountId{makers};
  back.verification_code = world.code(makers);
  world.must_create_at(back, 11s);
  world.commit("dev1", shanghai);
  EXPECT_EQ(world.registry.device(world.device("dev1")).resides_at(), world.place(shanghai, makers));
  EXPECT_EQ(world.registry.device(world.device("dev1")).moves, 3U);
}

TEST(RulesAgain, TheRecipientDistributesOnWhatIsStillOnItsWay) {
  RulesWorld world;
  world.send_code(0s);
  world.must_create_at(RulesWorld::cross_request(singapore, {"dev1"}, world.code()), 1s);
  DistributeRequest on = PlacementWorld::region_request(other_enterprise, {"dev1"}, singapore);
  on.account = AccountId{others};
  const JobIndex job = world.must_create(on);
  EXPECT_EQ(world.job(job).outcomes[0].code, outcome_code::handed_over) << world.job(job).message_of(world.job(job).outcomes[0]);
  EXPECT_EQ(world.registry.device(world.device("dev1")).listed_at(), world.place(other_enterprise, others));
  EXPECT_EQ(world.admit("dev1", singapore), Admission::refuse_distributed_away);
  world.commit("dev1", other_enterprise);
  EXPECT_EQ(world.registry.device(world.device("dev1")).resides_at(), world.place(other_enterprise, others));
}

TEST(RulesAgain, ADeviceMovesAsOftenAsAsked) {
  RulesWorld world;
  std::string_view from = shanghai;
  for (const std::string_view to : {singapore, frankfurt, virginia, shanghai, singapore, shanghai}) {
    world.must_create(PlacementWorld::region_request(to, {"dev1"}, from));
    world.commit("dev1", to);
    from = to;
  }
  EXPECT_EQ(world.registry.device(world.device("dev1")).moves, 6U);
}

}  // namespace
}  // namespace fleetsim::platform
