// "Distribute devices": distribution method, target account, verification code.
#include "tests/platform-mock/rules_world.hpp"

namespace fleetsim::platform {
namespace {

TEST(RulesMethod, WithinAnAccountADeviceGoesToAnotherInstance) {
  RulesWorld world;
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  world.commit("dev1", singapore);
  EXPECT_EQ(world.registry.device(world.device("dev1")).resides_at(), world.place(singapore, makers));
}

TEST(RulesMethod, WithinAnAccountAnInstanceOfTheSameRegionWillDoToo) {
  RulesWorld world;
  EXPECT_EQ(world.refusal(PlacementWorld::region_request(own_enterprise, {"dev1"})), "created") << "both are in cn-shanghai";
}

TEST(RulesMethod, AcrossAccountsADeviceEndsWithTheRecipient) {
  RulesWorld world;
  world.give_away("dev1");
  EXPECT_EQ(world.registry.device(world.device("dev1")).resides_at(), world.place(singapore, others));
  EXPECT_EQ(world.admit("dev1", singapore), Admission::accept);
  EXPECT_EQ(world.admit("dev1", shanghai), Admission::refuse_distributed_away);
}

TEST(RulesMethod, ThePlantedBugShowsAcrossAccountsToo) {
  PlatformConfig config = placement_config();
  config.planted_bugs.source_accepts_after_commit = true;
  RulesWorld world(config);
  world.give_away("dev1");
  EXPECT_EQ(world.admit("dev1", shanghai), Admission::accept);
  EXPECT_EQ(world.admit("dev1", frankfurt), Admission::refuse_distributed_away);
}

TEST(RulesMethod, AcrossAccountsItMayGoToAnInstanceOfTheRecipientOnly) {
  RulesWorld world;
  world.send_code(0s);
  EXPECT_EQ(world.refusal_at(RulesWorld::cross_request(own_enterprise, {"dev1"}, world.code()), 1s), "iot.common.AuthActionPermissionDeny");
  EXPECT_EQ(world.refusal_at(RulesWorld::cross_request(other_enterprise, {"dev1"}, world.code()), 1s), "created");
  EXPECT_EQ(world.refusal(PlacementWorld::region_request(other_enterprise, {"dev2"})), "iot.common.AuthActionPermissionDeny");
}

TEST(RulesMethod, AcrossAccountsNeverWithNearestAccess) {
  RulesWorld world;
  world.send_code(0s);
  DistributeRequest request = RulesWorld::cross_request(singapore, {"dev1"}, world.code());
  request.policy = Policy::nearest_access;
  EXPECT_EQ(world.refusal_at(request, 1s), "iot.check.InvalidFormattedParameter");
  EXPECT_NE(world.reason_at(request, 1s).find("nearest_access is not for another account"), std::string::npos);
  request.policy = Policy::region;
  EXPECT_EQ(world.refusal_at(request, 1s), "created") << "the refusal did not use the code up";
}

TEST(RulesMethod, TheRecipientIsNamedByIdOrByName) {
  RulesWorld world;
  for (const bool by_name : {false, true}) {
    world.send_code(0s);
    DistributeRequest request = RulesWorld::cross_request(singapore, {by_name ? "dev1" : "dev2"}, world.code());
    if (by_name) {
      request.target_account = {};
      request.target_account_name = "others";
    }
    const JobIndex job = world.must_create_at(request, 1s);
    EXPECT_EQ(world.job(job).target_account, world.account(others));
  }
}

TEST(RulesMethod, ARecipientMustBeGivenOnceAndExist) {
  RulesWorld world;
  world.send_code(0s);
  DistributeRequest request = RulesWorld::cross_request(singapore, {"dev1"}, world.code());
  request.target_account_name = "others";
  EXPECT_EQ(world.refusal_at(request, 1s), "iot.check.InvalidFormattedParameter") << "id and name";
  request.target_account = {};
  request.target_account_name = "nobody";
  EXPECT_EQ(world.refusal_at(request, 1s), "iot.system.UidNotFound");
  request.target_account_name = {};
  EXPECT_EQ(world.refusal_at(request, 1s), "iot.check.InvalidFormattedParameter") << "neither";
  request.target_account = AccountId{"198009"};
  EXPECT_EQ(world.refusal_at(request, 1s), "iot.system.UidNotFound");
  request.target_account = AccountId{makers};
  EXPECT_EQ(world.refusal_at(request, 1s), "iot.check.InvalidFormattedParameter") << "the distributor itself";
}

TEST(RulesMethod, WithinAnAccountThereIsNoTargetAccount) {
  RulesWorld world;
  DistributeRequest request = PlacementWorld::region_request(singapore, {"dev1"});
  request.target_account = AccountId{others};
  EXPECT_EQ(world.refusal(request), "iot.check.InvalidFormattedParameter");
}

TEST(RulesMethod, InsideOnePublicInstanceNothingIsHandedOver) {
  RulesWorld world;
  world.send_code(0s);
  EXPECT_EQ(world.refusal_at(RulesWorld::cross_request(shanghai, {"dev1"}, world.code()), 1s), "iot.system.InstanceIdSame");
}

TEST(RulesMethod, WithoutAnInstanceTheRegionsPublicOneIsTheTarget) {
  RulesWorld world;
  world.send_code(0s);
  DistributeRequest request = RulesWorld::cross_request({}, {"dev1"}, world.code());
  EXPECT_EQ(world.refusal_at(request, 1s), "iot.check.InvalidFormattedParameter") << "neither region nor instance";
  request.target_regions = {RegionId{"eu-central-1"}};
  const JobIndex job = world.must_create_at(request, 1s);
  EXPECT_EQ(world.job(job).targets, std::vector{world.at(frankfurt)});
}

TEST(RulesMethod, WithinAnAccountTheInstanceMustBeChosen) {
  RulesWorld world;
  DistributeRequest request = PlacementWorld::region_request({}, {"dev1"});
  request.target_regions = {RegionId{"eu-central-1"}};
  EXPECT_EQ(world.refusal(request), "iot.check.InvalidFormattedParameter");
  request.targets = {InstanceId{frankfurt}};
  EXPECT_EQ(world.refusal(request), "created");
}

TEST(RulesCode, IsSentToTheRecipientsInboxAndToNobodyElses) {
  RulesWorld world;
  world.send_code(7s);
  const auto& inbox = world.distribution.codes().inbox(world.account(others));
  ASSERT_EQ(inbox.size(), 1U);
  EXPECT_EQ(inbox[0].from, world.account(makers));
  EXPECT_EQ(inbox[0].code.size(), 6U);
  EXPECT_EQ(inbox[0].sent, moment(7s));
  EXPECT_EQ(inbox[0].expires, moment(7s + 300s));
  EXPECT_TRUE(world.distribution.codes().inbox(world.account(makers)).empty());
}

TEST(RulesCode, IsNeeded) {
  RulesWorld world;
  EXPECT_EQ(world.refusal_at(RulesWorld::cross_request(singapore, {"dev1"}, {}), 1s), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(world.refusal_at(RulesWorld::cross_request(singapore, {"dev1"}, "123456"), 1s), "iot.system.IllegalRequest") << "none was sent";
  EXPECT_EQ(world.distribution.job_count(), 0U);
}

TEST(RulesCode, IsValidForFiveMinutes) {
  RulesWorld world;
  world.send_code(10s);
  EXPECT_EQ(world.reason_at(RulesWorld::cross_request(singapore, {"dev1"}, world.code()), 310s), "verification code: it has expired");
  world.send_code(400s);
  EXPECT_EQ(world.refusal_at(RulesWorld::cross_request(singapore, {"dev1"}, world.code()), 699s), "created");
}

TEST(RulesCode, IsGoodForOneUse) {
  RulesWorld world;
  world.send_code(0s);
  const std::string code = world.code();
  EXPECT_EQ(world.refusal_at(RulesWorld::cross_request(singapore, {"dev1"}, code), 1s), "created");
  EXPECT_EQ(world.refusal_at(RulesWorld::cross_request(singapore, {"dev2"}, code), 1s), "iot.system.IllegalRequest");
}

TEST(RulesCode, CannotBeGuessed) {
  RulesWorld world;
  world.send_code(0s);
  const std::string right = world.code();
  const std::string wrong = right == "000000" ? "000001" : "000000";
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(world.reason_at(RulesWorld::cross_request(singapore, {"dev1"}, wrong), 1s), "verification code: it is wrong");
  EXPECT_EQ(world.reason_at(RulesWorld::cross_request(singapore, {"dev1"}, right), 1s),
            "verification code: too many wrong tries: send a new one");
  EXPECT_EQ(world.distribution.job_count(), 0U);
  EXPECT_EQ(world.admit("dev1", shanghai), Admission::accept) << "nothing has happened to the device";
  world.send_code(2s);
  EXPECT_EQ(world.refusal_at(RulesWorld::cross_request(singapore, {"dev1"}, world.code()), 3s), "created");
}

TEST(RulesCode, TheTriesAndTheLifetimeAreSettings) {
  PlatformConfig config = placement_config();
  config.limits.verification_code_tries = 1;
  config.limits.verification_code_lifetime = 10s;
  RulesWorld world(config);
  world.send_code(0s);
  EXPECT_EQ(world.reason_at(RulesWorld::cross_request(singapore, {"dev1"}, "x"), 1s), "verification code: it is wrong");
  EXPECT_NE(world.reason_at(RulesWorld::cross_request(singapore, {"dev1"}, world.code()), 1s).find("too many"), std::string::npos);
  world.send_code(0s);
  EXPECT_NE(world.reason_at(RulesWorld::cross_request(singapore, {"dev1"}, world.code()), 10s).find("expired"), std::string::npos);
}

TEST(RulesCode, BelongsToOneDistributorAndOneRecipient) {
  PlatformConfig config = placement_config();
  config.accounts.push_back({AccountId{"198002"}, "third"});
  RulesWorld world(config);
  world.send_code(0s, "198002", others);
  EXPECT_NE(world.reason_at(RulesWorld::cross_request(singapore, {"dev1"}, world.code()), 1s).find("none was sent"), std::string::npos);
  world.send_code(0s, makers, "198002");
  EXPECT_NE(world.reason_at(RulesWorld::cross_request(singapore, {"dev1"}, world.code("198002")), 1s).find("none was sent"),
            std::string::npos);
}

TEST(RulesCode, IsSentSoManyTimesAMinuteAndNoMore) {
  PlatformConfig config = placement_config();
  config.limits.verification_codes_per_minute = 2;
  config.accounts.push_back({AccountId{"198002"}, "third"});
  RulesWorld world(config);
  VerificationCodes& codes = world.distribution.codes();
  const AccountIndex from = world.account(makers);
  const AccountIndex to = world.account(others);
  EXPECT_TRUE(codes.send(from, to, moment(0s)));
  EXPECT_TRUE(codes.send(from, to, moment(1s)));
  const std::string last = world.code();
  EXPECT_FALSE(codes.send(from, to, moment(59s)));
  EXPECT_EQ(world.code(), last) << "the code before it is still good";
  EXPECT_TRUE(codes.send(from, world.account("198002"), moment(59s)));
  EXPECT_TRUE(codes.send(world.account("198002"), to, moment(59s)));
  EXPECT_TRUE(codes.send(from, to, moment(60s)));
}

TEST(RulesCode, ANewOneMakesTheOldOneVoidAndAnInboxIsBounded) {
  PlatformConfig config = placement_config();
  config.limits.inbox_messages = 2;
  RulesWorld world(config);
  world.send_code(0s);
  const std::string old = world.code();
  for (int i = 0; i < 3; ++i) world.send_code(1s);
  EXPECT_EQ(world.distribution.codes().inbox(world.account(others)).size(), 2U);
  ASSERT_NE(old, world.code());
  EXPECT_EQ(world.reason_at(RulesWorld::cross_request(singapore, {"dev1"}, old), 2s), "verification code: it is wrong");
}

TEST(RulesCode, IsNotKeptWithTheJob) {
  RulesWorld world;
  world.send_code(0s);
  const JobIndex job = world.must_create_at(RulesWorld::cross_request(singapore, {"dev1"}, world.code()), 1s);
  EXPECT_TRUE(world.job(job).request.verification_code.empty());
}

}  // namespace
}  // namespace fleetsim::platform
