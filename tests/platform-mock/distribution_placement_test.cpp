#include "tests/platform-mock/placement_world.hpp"

namespace fleetsim::platform {
namespace {

TEST(Placement, ABoundDeviceIsAcceptedWhereItIsBoundAndNowhereElse) {
  const PlacementWorld world;
  EXPECT_EQ(world.admit("dev1", shanghai), Admission::accept);
  for (const std::string_view elsewhere : {singapore, virginia, frankfurt, own_enterprise, other_enterprise})
    EXPECT_EQ(world.admit("dev1", elsewhere), Admission::refuse_distributed_away) << elsewhere;
}

TEST(Placement, InHandoverTheTargetCommitsTheSourceOnlyNotifiesAndOthersRefuse) {
  PlacementWorld world;
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  EXPECT_EQ(world.admit("dev1", singapore), Admission::commit);
  EXPECT_EQ(world.admit("dev1", shanghai), Admission::notify_only);
  EXPECT_EQ(world.admit("dev1", frankfurt), Admission::refuse_distributed_away);
  EXPECT_EQ(world.admit("dev2", shanghai), Admission::accept) << "a device of no job stays where it is";
}

TEST(Placement, TheSourceMayRefuseInstead) {
  PlatformConfig config = placement_config();
  config.source_login = SourceLogin::refuse;
  PlacementWorld world(config);
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  EXPECT_EQ(world.admit("dev1", shanghai), Admission::refuse_distributed_away);
  EXPECT_EQ(world.admit("dev1", singapore), Admission::commit);
}

TEST(Placement, AfterTheCommitExactlyOneInstanceAccepts) {
  PlacementWorld world;
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  world.commit("dev1", singapore);
  for (const std::string_view instance : {shanghai, virginia, frankfurt, own_enterprise, other_enterprise})
    EXPECT_EQ(world.admit("dev1", instance), Admission::refuse_distributed_away) << instance;
  EXPECT_EQ(world.admit("dev1", singapore), Admission::accept);
  EXPECT_EQ(world.registry.device(world.device("dev1")).moves, 1U);
}

TEST(Placement, AskingChangesNothing) {
  PlacementWorld world;
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(world.admit("dev1", singapore), Admission::commit);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(world.resolved("dev1", in_china()), singapore);
  EXPECT_EQ(world.distribution.devices_in_handover(), 1U);
  EXPECT_EQ(world.distribution.commits(), 0U);
}

TEST(Placement, ADisabledDeviceIsRefusedEverywhere) {
  PlacementWorld world;
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  for (const char* name : {"dev1", "dev2"}) {
    world.registry.device(world.device(name)).enabled = false;
    EXPECT_EQ(world.admit(name, shanghai), Admission::refuse_disabled);
    EXPECT_EQ(world.admit(name, singapore), Admission::refuse_disabled);
  }
}

TEST(Placement, ThePlantedBugLetsASourceAcceptAfterTheCommit) {
  PlatformConfig config = placement_config();
  config.planted_bugs.source_accepts_after_commit = true;
  PlacementWorld world(config);
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  world.commit("dev1", singapore);
  EXPECT_EQ(world.admit("dev1", shanghai), Admission::accept);
  EXPECT_EQ(world.admit("dev1", singapore), Admission::accept);
  EXPECT_EQ(world.admit("dev1", frankfurt), Admission::refuse_distributed_away);
}

TEST(Placement, DevicesMoveAgainAndAgain) {
  PlacementWorld world;
  std::string_view from = shanghai;
  for (const std::string_view to : {singapore, shanghai, frankfurt, own_enterprise, shanghai}) {
    world.must_create(PlacementWorld::region_request(to, {"dev1"}, from));
    EXPECT_EQ(world.admit("dev1", to), Admission::commit);
    world.commit("dev1", to);
    EXPECT_EQ(world.admit("dev1", from), Admission::refuse_distributed_away);
    from = to;
  }
  EXPECT_EQ(world.distribution.commits(), 5U);
  EXPECT_EQ(world.distribution.devices_moved(), 1U);
}

TEST(Placement, HandedOverByPolicyRegionADeviceIsListedAtItsTargetAtOnce) {
  PlacementWorld world;
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  const DeviceRecord& record = world.registry.device(world.device("dev1"));
  EXPECT_EQ(record.listed_at().instance, world.at(singapore));
  EXPECT_EQ(record.resides_at().instance, world.at(shanghai)) << "where its session is, and what it has done";
  world.commit("dev1", singapore);
  EXPECT_EQ(record.listed_at().instance, world.at(singapore));
  EXPECT_EQ(record.resides_at().instance, world.at(singapore));
}

TEST(Placement, FromItsOldSourceNobodyGetsHoldOfWhatWasHandedOver) {
  PlacementWorld world;
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  const JobIndex late = world.must_create(PlacementWorld::region_request(frankfurt, {"dev1", "dev2"}));
  EXPECT_EQ(world.distribution.job(late).outcomes[0].code, outcome_code::not_at_source);
  EXPECT_EQ(world.distribution.job(late).message_of(world.distribution.job(late).outcomes[0]),
            "resides at " + std::string{singapore} + ", not at the source");
  EXPECT_EQ(world.distribution.job(late).outcomes[1].code, outcome_code::handed_over);
  EXPECT_EQ(world.admit("dev1", singapore), Admission::commit) << "the first job still holds";
  EXPECT_EQ(world.admit("dev1", frankfurt), Admission::refuse_distributed_away);
}

TEST(Placement, AJobFromItsTargetTakesOnWhatIsStillOnItsWay) {
  PlacementWorld world;
  const JobIndex first = world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  const JobIndex second = world.must_create(PlacementWorld::region_request(frankfurt, {"dev1"}, singapore));
  EXPECT_EQ(world.distribution.job(second).message_of(world.distribution.job(second).outcomes[0]),
            "takes over from job " + world.distribution.job(first).id);
  EXPECT_EQ(world.admit("dev1", singapore), Admission::refuse_distributed_away);
  EXPECT_EQ(world.admit("dev1", frankfurt), Admission::commit);
  EXPECT_EQ(world.admit("dev1", shanghai), Admission::notify_only) << "there its last session was";
  EXPECT_EQ(world.resolved("dev1", in_china()), frankfurt);
  EXPECT_EQ(world.distribution.devices_in_handover(), 1U);
  world.commit("dev1", frankfurt);
  EXPECT_EQ(world.distribution.committed_by_instance(first).at(std::string{singapore}), 0U);
  EXPECT_EQ(world.distribution.committed_by_instance(second).at(std::string{frankfurt}), 1U);
  EXPECT_EQ(world.registry.device(world.device("dev1")).moves, 1U);
  EXPECT_FALSE(world.registry.lived_at(world.device("dev1"), world.at(singapore))) << "it was never there";
}

TEST(Placement, SentHomeBeforeItHasEverLeftADeviceIsListedThereAndCommitsThere) {
  PlacementWorld world;
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  world.must_create(PlacementWorld::region_request(shanghai, {"dev1"}, singapore));
  const DeviceRecord& record = world.registry.device(world.device("dev1"));
  EXPECT_EQ(record.listed_at().instance, world.at(shanghai));
  EXPECT_FALSE(record.activated) << "until it connects";
  EXPECT_EQ(world.admit("dev1", singapore), Admission::refuse_distributed_away);
  EXPECT_EQ(world.admit("dev1", shanghai), Admission::commit);
  world.commit("dev1", shanghai);
  EXPECT_EQ(world.admit("dev1", shanghai), Admission::accept);
  EXPECT_EQ(world.registry.residence(world.device("dev1"), record.resides_at())->stays, 2U);
}

TEST(NearestPlacement, ANewerJobTakesOverWhatIsNotDecided) {
  PlacementWorld world;
  const JobIndex first = world.must_create(PlacementWorld::nearest_request({singapore, virginia}, {"dev1"}));
  EXPECT_EQ(world.registry.device(world.device("dev1")).listed_at().instance, world.at(shanghai)) << "until it has connected";
  const JobIndex second = world.must_create(PlacementWorld::region_request(frankfurt, {"dev1"}));
  EXPECT_EQ(world.distribution.job(second).message_of(world.distribution.job(second).outcomes[0]),
            "takes over from job " + world.distribution.job(first).id);
  EXPECT_EQ(world.admit("dev1", singapore), Admission::refuse_distributed_away);
  EXPECT_EQ(world.admit("dev1", frankfurt), Admission::commit);
  EXPECT_EQ(world.admit("dev1", shanghai), Admission::notify_only);
  EXPECT_EQ(world.distribution.devices_in_handover(), 1U);
  world.commit("dev1", frankfurt);
  EXPECT_EQ(world.distribution.committed_by_instance(first).at(std::string{singapore}), 0U);
  EXPECT_EQ(world.distribution.committed_by_instance(second).at(std::string{frankfurt}), 1U);
}

TEST(NearestPlacement, FromATargetItHasNotReachedADeviceStaysListedThereUntilItHasConnected) {
  PlacementWorld world;
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  DistributeRequest onward = PlacementWorld::nearest_request({frankfurt, virginia}, {"dev1"});
  onward.source = InstanceId{singapore};
  world.must_create(onward);
  EXPECT_EQ(world.registry.device(world.device("dev1")).listed_at().instance, world.at(singapore));
  EXPECT_EQ(world.admit("dev1", singapore), Admission::refuse_distributed_away) << "no target of the job that counts";
  world.commit("dev1", frankfurt, in_germany());
  EXPECT_EQ(world.registry.device(world.device("dev1")).listed_at().instance, world.at(frankfurt));
}

TEST(NearestPlacement, AnySelectedInstanceCommits) {
  PlacementWorld world;
  world.must_create(PlacementWorld::nearest_request({shanghai, singapore, frankfurt, virginia}, {"dev1"}));
  for (const std::string_view target : {shanghai, singapore, frankfurt, virginia})
    EXPECT_EQ(world.admit("dev1", target, in_germany()), Admission::commit) << target;
  EXPECT_EQ(world.admit("dev1", own_enterprise, in_germany()), Admission::refuse_distributed_away);
}

TEST(NearestPlacement, WithCommitNearestOnlyTheNearestCommits) {
  PlatformConfig config = placement_config();
  config.nearest_commit = NearestCommit::nearest;
  PlacementWorld world(config);
  world.must_create(PlacementWorld::nearest_request({shanghai, singapore, frankfurt}, {"dev1"}));
  EXPECT_EQ(world.admit("dev1", frankfurt, in_germany()), Admission::commit);
  EXPECT_EQ(world.admit("dev1", singapore, in_germany()), Admission::refuse_distributed_away);
  EXPECT_EQ(world.admit("dev1", shanghai, in_germany()), Admission::notify_only) << "its source, and not the nearest";
  EXPECT_EQ(world.admit("dev1", shanghai, in_china()), Admission::commit) << "its source, and the nearest";
}

TEST(NearestPlacement, ASourceAmongTheTargetsCanCommitTheDeviceWhereItWas) {
  PlacementWorld world;
  world.must_create(PlacementWorld::nearest_request({shanghai, frankfurt}, {"dev1"}));
  EXPECT_EQ(world.resolved("dev1", in_china()), shanghai);
  world.commit("dev1", shanghai, in_china());
  EXPECT_EQ(world.admit("dev1", shanghai), Admission::accept);
  EXPECT_EQ(world.admit("dev1", frankfurt), Admission::refuse_distributed_away);
  EXPECT_EQ(world.distribution.devices_moved(), 1U);
  EXPECT_EQ(world.registry.device(world.device("dev1")).moves, 1U);
}

TEST(Resolution, IsAFunctionOfPlacementAndAddressAndSaysWhy) {
  PlacementWorld world;
  EXPECT_EQ(world.resolved("dev1", in_germany()), shanghai);
  EXPECT_EQ(world.distribution.resolve(world.device("dev1"), in_germany()).reason, "bound");

  const JobIndex region = world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  EXPECT_EQ(world.resolved("dev1", in_germany()), singapore);
  EXPECT_EQ(world.distribution.resolve(world.device("dev1"), in_germany()).reason, "job " + world.distribution.job(region).id + " region");

  world.must_create(PlacementWorld::nearest_request({shanghai, singapore, virginia, frankfurt}, {"dev2"}));
  EXPECT_EQ(world.resolved("dev2", in_germany()), frankfurt);
  EXPECT_EQ(world.resolved("dev2", in_china()), shanghai) << "evaluated anew at each request";
  EXPECT_EQ(world.resolved("dev2", in_america()), virginia);
  const std::string reason = world.distribution.resolve(world.device("dev2"), in_germany()).reason;
  EXPECT_EQ(reason.substr(0, 32), "nearest of 4: DE -> eu-central-1") << reason;
  EXPECT_NE(reason.find("420 km"), std::string::npos) << reason << ": Berlin to Frankfurt";
  EXPECT_EQ(world.distribution.resolve(world.device("dev2"), nowhere()).reason, "nearest of 4: unknown -> cn-shanghai");
}

TEST(Resolution, FollowsTheDeviceAfterTheCommit) {
  PlacementWorld world;
  world.must_create(PlacementWorld::nearest_request({singapore, frankfurt}, {"dev1"}));
  world.commit("dev1", singapore, in_germany());
  EXPECT_EQ(world.resolved("dev1", in_germany()), singapore) << "bound now, wherever it is nearest to";
}

TEST(JobReport, EventsTellTheJobsLifeAndEachDevice) {
  PlacementWorld world;
  const JobIndex index = world.must_create(PlacementWorld::region_request(singapore, {"dev1", "dev2"}));
  world.commit("dev1", singapore, in_china());
  const auto states = world.output.of(PlatformEventKind::job_state_changed);
  ASSERT_EQ(states.size(), 3U);
  EXPECT_EQ(states[0].reason, "initializing");
  EXPECT_EQ(states[1].reason, "distributing");
  EXPECT_EQ(states[2].reason, "distributed");
  EXPECT_EQ(states[0].job, world.distribution.job(index).id);
  const auto started = world.output.of(PlatformEventKind::handover_started);
  ASSERT_EQ(started.size(), 2U);
  EXPECT_EQ(started[1].device_name, "dev2");
  EXPECT_EQ(started[1].instance, shanghai);
  EXPECT_EQ(started[1].region, "cn-shanghai");
  const auto committed = world.output.of(PlatformEventKind::committed);
  ASSERT_EQ(committed.size(), 1U);
  EXPECT_EQ(committed[0].product_key, test_product);
  EXPECT_EQ(committed[0].device_name, "dev1");
  EXPECT_EQ(committed[0].instance, singapore);
  EXPECT_EQ(committed[0].job, world.distribution.job(index).id);
}

TEST(JobReport, CountsWhoWentWhereAndWhy) {
  PlacementWorld world;
  const JobIndex index =
      world.must_create(PlacementWorld::nearest_request({shanghai, singapore, frankfurt}, {"dev1", "dev2", "dev3", "dev4"}));
  world.commit("dev1", frankfurt, in_germany());
  world.commit("dev2", frankfurt, in_germany());
  world.commit("dev3", shanghai, nowhere());
  const std::map<std::string, std::uint64_t> targets = {
      {std::string{frankfurt}, 2}, {std::string{shanghai}, 1}, {std::string{singapore}, 0}};
  EXPECT_EQ(world.distribution.committed_by_instance(index), targets);
  const std::map<std::string, std::uint64_t> reasons = {{"DE -> eu-central-1", 2}, {"unknown -> cn-shanghai", 1}};
  EXPECT_EQ(world.distribution.nearest_reasons(index), reasons);
  EXPECT_EQ(world.distribution.devices_moved(), 3U);
  EXPECT_EQ(world.distribution.devices_in_handover(), 1U);
}

TEST(JobReport, MovedAreThoseWhoseLastJobCommitted) {
  PlacementWorld world;
  world.must_create(PlacementWorld::region_request(singapore, {"dev1", "dev2"}));
  world.commit("dev1", singapore);
  world.commit("dev2", singapore);
  world.must_create(PlacementWorld::region_request(frankfurt, {"dev1"}, singapore));
  EXPECT_EQ(world.distribution.devices_moved(), 1U) << "dev1 is under way again";
  EXPECT_EQ(world.distribution.devices_in_handover(), 1U);
  world.commit("dev1", frankfurt);
  EXPECT_EQ(world.distribution.devices_moved(), 2U);
  EXPECT_EQ(world.distribution.commits(), 3U);
}

TEST(JobReport, EachStrandedDeviceHasItsReason) {
  PlacementWorld world;
  world.must_create(PlacementWorld::region_request(singapore, {"dev1", "dev2", "dev3", "dev4"}));
  world.distribution.note(world.device("dev2"), HandoverStep::notified);
  world.distribution.note(world.device("dev3"), HandoverStep::replied);
  world.distribution.note(world.device("dev3"), HandoverStep::notified);
  world.distribution.note(world.device("dev5"), HandoverStep::replied);
  world.commit("dev4", singapore);
  const auto stranded = world.distribution.stranded(10);
  ASSERT_EQ(stranded.size(), 3U);
  EXPECT_NE(stranded[0].reason.find("never notified"), std::string::npos) << stranded[0].reason;
  EXPECT_NE(stranded[1].reason.find("notified, never replied"), std::string::npos) << stranded[1].reason;
  EXPECT_NE(stranded[2].reason.find("no valid CONNECT"), std::string::npos) << stranded[2].reason;
  EXPECT_NE(stranded[2].reason.find(shanghai), std::string::npos) << stranded[2].reason;
  EXPECT_EQ(world.distribution.stranded(2).size(), 2U);
  EXPECT_EQ(world.registry.device(world.device("dev5")).handover_step, HandoverStep::handed_over);
  world.must_create(PlacementWorld::region_request(frankfurt, {"dev3"}, singapore));
  EXPECT_NE(world.distribution.stranded(10)[2].reason.find("never notified"), std::string::npos) << "a new job begins anew";
}

TEST(JobId, LooksRealDependsOnTheSeedAndIsFoundAgain) {
  PlacementWorld one;
  PlacementWorld same;
  PlacementWorld other(placement_config(), 2);
  const auto request = PlacementWorld::region_request(singapore, {"dev1"});
  const std::string id = one.distribution.job(one.must_create(request)).id;
  EXPECT_EQ(id.size(), 26U);
  EXPECT_EQ(id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"), std::string::npos);
  EXPECT_EQ(id, same.distribution.job(same.must_create(request)).id);
  EXPECT_NE(id, other.distribution.job(other.must_create(request)).id);
  EXPECT_NE(id, one.distribution.job(one.must_create(PlacementWorld::region_request(singapore, {"dev2"}))).id);
  EXPECT_EQ(one.distribution.find_job(id), JobIndex{0});
  EXPECT_FALSE(one.distribution.find_job("none").has_value());
}

}  // namespace
}  // namespace fleetsim::platform
