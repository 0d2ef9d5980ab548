// "Distribute devices": what moves, what stays, what is cleared; products; firmware updates after a move.
#include "platform-mock/core/product_rules.hpp"
#include "tests/platform-mock/rules_world.hpp"

namespace fleetsim::platform {
namespace {

DistributeRequest product_request(std::string_view target) {
  DistributeRequest request = PlacementWorld::region_request(target, {});
  request.content = JobContent::product_only;
  return request;
}

constexpr ProductPart every_part[] = {ProductPart::information, ProductPart::topics,  ProductPart::features,
                                      ProductPart::scripts,     ProductPart::devices, ProductPart::whole};

TEST(RulesItems, TheCertificateMovesAsItIs) {
  RulesWorld world;
  const DeviceRecord before = world.registry.device(world.device("dev1"));
  world.give_away("dev1");
  const DeviceRecord& after = world.registry.device(world.device("dev1"));
  EXPECT_EQ(after.name, before.name);
  EXPECT_EQ(after.secret, before.secret);
  EXPECT_EQ(after.product, before.product);
}

TEST(RulesItems, InformationTopicsFeaturesAndScriptsAreSeenAtTheRecipient) {
  RulesWorld world;
  ProductData& data = world.registry.product_data(world.product());
  data.description = "meters";
  data.topics = {{"/${productKey}/${deviceName}/user/update", TopicOperation::publish, ""}};
  data.tsl = R"({"properties":[]})";
  data.parsing_script = "function rawDataToProtocol(bytes) {}";
  const Place there = world.place(singapore, others);
  EXPECT_FALSE(world.registry.visible_at(world.product(), there));
  EXPECT_TRUE(world.registry.products_at(there).empty());
  world.give_away("dev1");
  ASSERT_EQ(world.registry.products_at(there), std::vector{world.product()});
  const ProductData& seen = world.registry.product(world.registry.products_at(there).front()).data;
  EXPECT_EQ(seen.description, "meters");
  EXPECT_EQ(seen.tsl, R"({"properties":[]})");
  ASSERT_EQ(seen.topics.size(), 1U);
  EXPECT_EQ(seen.topics.front().topic, "/${productKey}/${deviceName}/user/update");
  EXPECT_EQ(seen.parsing_script, "function rawDataToProtocol(bytes) {}");
  EXPECT_FALSE(world.registry.visible_at(world.product(), world.place(shanghai, others))) << "only where it was sent";
}

TEST(RulesItems, TheRecipientCanNeitherEditNorDeleteAny) {
  RulesWorld world;
  world.give_away("dev1");
  for (const ProductPart part : every_part) {
    const auto refused = check_edit(world.registry, world.product(), world.place(singapore, others), part);
    ASSERT_TRUE(refused.has_value());
    EXPECT_EQ(refused->code, "iot.common.AuthActionPermissionDeny");
    EXPECT_FALSE(check_edit(world.registry, world.product(), world.place(shanghai, makers), part).has_value()) << "at home";
  }
}

TEST(RulesItems, TheRecipientCannotCreateDevices) {
  RulesWorld world;
  world.give_away("dev1");
  const auto refused = check_edit(world.registry, world.product(), world.place(singapore, others), ProductPart::devices);
  ASSERT_TRUE(refused.has_value());
  EXPECT_NE(refused->message.find("no devices can be created"), std::string::npos);
}

TEST(RulesItems, WhereAProductWasNotSentItIsNone) {
  RulesWorld world;
  const auto refused = check_edit(world.registry, world.product(), world.place(singapore, others), ProductPart::information);
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->code, "iot.prod.NotExistedProduct");
}

TEST(RulesItems, RuntimeDataStaysAndIsFoundAgainOnReturn) {
  RulesWorld world;
  const DeviceIndex device = world.device("dev1");
  world.registry.activate(device);
  const Place home = world.place(shanghai, makers);
  world.give_away("dev1");
  ASSERT_NE(world.registry.residence(device, home), nullptr) << "kept where it was made";
  EXPECT_TRUE(world.registry.residence(device, home)->activated);
  EXPECT_EQ(world.registry.residence(device, world.place(singapore, makers)), nullptr) << "a place is an instance and an account";
  ASSERT_NE(world.registry.residence(device, world.place(singapore, others)), nullptr);

  world.send_code(10s, others, makers);
  DistributeRequest back = PlacementWorld::region_request(shanghai, {"dev1"}, singapore);
  back.account = AccountId{others};
  back.method = Method::cross_account;
  back.target_account = AccountId{makers};
  back.verification_code = world.code(makers);
  world.must_create_at(back, 11s);
  world.commit("dev1", shanghai);
  EXPECT_EQ(world.registry.residence(device, home)->stays, 2U);
}

TEST(RulesItems, TagsTopologyAndGroupsAreClearedWithTheJob) {
  RulesWorld world;
  world.must_create(PlacementWorld::region_request(singapore, {"dev1", "ghost", "dev2"}));
  EXPECT_EQ(world.listener.devices, (std::vector{world.device("dev1"), world.device("dev2")}));
}

TEST(RulesItems, WithNearestTheyAreClearedWhenTheDeviceIsElsewhere) {
  RulesWorld world;
  world.must_create(PlacementWorld::nearest_request({shanghai, frankfurt}, {"dev1", "dev2"}));
  EXPECT_TRUE(world.listener.devices.empty()) << "nothing has been distributed but the product";
  world.commit("dev1", frankfurt, in_germany());
  EXPECT_EQ(world.listener.devices, std::vector{world.device("dev1")});
  world.commit("dev2", shanghai, in_china());
  EXPECT_EQ(world.listener.devices.size(), 1U) << "dev2 stayed where it was";
}

TEST(RulesItems, ADeviceIsInactiveUntilItConnectsAtItsNewPlace) {
  RulesWorld world;
  const DeviceIndex device = world.device("dev1");
  world.registry.activate(device);
  EXPECT_TRUE(world.registry.device(device).activated);
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  EXPECT_FALSE(world.registry.device(device).activated);
  world.commit("dev1", singapore);
  EXPECT_TRUE(world.registry.device(device).activated);
}

TEST(RulesProduct, WithAnAuthorizedOrTransferredDeviceNoneCanBeDistributed) {
  for (const SharingKind kind : {SharingKind::authorised, SharingKind::transferred}) {
    RulesWorld world;
    const DeviceIndex shared = world.device("dev7");
    ASSERT_FALSE(share_device(world.registry, world.account(makers), shared, {kind, world.account(others)}).has_value());
    EXPECT_EQ(world.refusal(PlacementWorld::region_request(singapore, {"dev1"})), "iot.system.IllegalRequest") << "another of its devices";
    EXPECT_EQ(world.refusal(PlacementWorld::nearest_request({singapore}, {"dev1"})), "iot.system.IllegalRequest");
    EXPECT_EQ(world.refusal(product_request(singapore)), "iot.system.IllegalRequest");
    ASSERT_FALSE(unshare_device(world.registry, world.account(makers), shared).has_value());
    EXPECT_EQ(world.refusal(PlacementWorld::region_request(singapore, {"dev1"})), "created");
  }
}

TEST(RulesProduct, OnlyItsOwnersOwnDeviceIsSharedAndOnce) {
  RulesWorld world;
  const DeviceIndex device = world.device("dev1");
  const Sharing with_others{SharingKind::authorised, world.account(others)};
  EXPECT_TRUE(share_device(world.registry, world.account(others), device, {SharingKind::authorised, world.account(makers)}).has_value());
  EXPECT_TRUE(share_device(world.registry, world.account(makers), device, {SharingKind::authorised, world.account(makers)}).has_value());
  EXPECT_FALSE(share_device(world.registry, world.account(makers), device, with_others).has_value());
  EXPECT_TRUE(share_device(world.registry, world.account(makers), device, with_others).has_value()) << "already";
  EXPECT_FALSE(unshare_device(world.registry, world.account(makers), device).has_value());
  EXPECT_TRUE(unshare_device(world.registry, world.account(makers), device).has_value()) << "no longer";
}

TEST(RulesProduct, AloneMovesNoDevice) {
  RulesWorld world;
  const JobIndex job = world.must_create(product_request(singapore));
  EXPECT_EQ(world.job(job).state, JobState::distributed);
  EXPECT_TRUE(world.job(job).outcomes.empty());
  EXPECT_TRUE(world.registry.visible_at(world.product(), world.place(singapore, makers)));
  EXPECT_EQ(world.distribution.devices_in_handover(), 0U);
  EXPECT_EQ(world.admit("dev1", shanghai), Admission::accept);
  DistributeRequest request = product_request(frankfurt);
  request.devices = {DeviceName{"dev1"}};
  EXPECT_EQ(world.refusal(request), "iot.check.InvalidFormattedParameter") << "devices with it";
}

TEST(RulesProduct, AloneNeverWithNearestAccess) {
  RulesWorld world;
  DistributeRequest request = product_request(singapore);
  request.policy = Policy::nearest_access;
  EXPECT_EQ(world.refusal(request), "iot.check.InvalidFormattedParameter");
}

TEST(RulesProduct, AloneMayCrossAccountsWithACode) {
  RulesWorld world;
  world.send_code(0s);
  DistributeRequest request = product_request(singapore);
  request.method = Method::cross_account;
  request.target_account = AccountId{others};
  EXPECT_EQ(world.refusal_at(request, 1s), "iot.check.InvalidFormattedParameter") << "no code";
  request.verification_code = world.code();
  EXPECT_EQ(world.refusal_at(request, 1s), "created");
  EXPECT_TRUE(world.registry.visible_at(world.product(), world.place(singapore, others)));
}

TEST(RulesProduct, AloneFreezesFeaturesAndScriptsEvenAtHome) {
  RulesWorld world;
  const Place home = world.place(shanghai, makers);
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  EXPECT_FALSE(check_edit(world.registry, world.product(), home, ProductPart::features).has_value()) << "devices do not freeze it";
  world.must_create(product_request(frankfurt));
  for (const ProductPart part : {ProductPart::features, ProductPart::scripts}) {
    const auto refused = check_edit(world.registry, world.product(), home, part);
    ASSERT_TRUE(refused.has_value());
    EXPECT_EQ(refused->code, "iot.system.IllegalRequest");
  }
  EXPECT_FALSE(check_edit(world.registry, world.product(), home, ProductPart::topics).has_value());
}

TEST(RulesFirmware, AfterAMoveItIsUpdatedAtTheDestinationOnly) {
  RulesWorld world;
  const DeviceIndex device = world.device("dev1");
  const Place source = world.place(shanghai, makers);
  const Place target = world.place(singapore, makers);
  EXPECT_TRUE(world.distribution.may_update_firmware_at(device, source));
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  EXPECT_FALSE(world.distribution.may_update_firmware_at(device, source)) << "handed over";
  EXPECT_TRUE(world.distribution.may_update_firmware_at(device, target));
  world.commit("dev1", singapore);
  EXPECT_FALSE(world.distribution.may_update_firmware_at(device, source));
  EXPECT_TRUE(world.distribution.may_update_firmware_at(device, target));
  EXPECT_EQ(world.distribution.firmware_update(device, target, "any file"), FirmwareUpdate::allowed) << "its own product";
  EXPECT_EQ(world.distribution.firmware_update(device, source, "any file"), FirmwareUpdate::not_here);
}

TEST(RulesFirmware, WithNearestNobodyUpdatesADeviceBeforeItHasConnected) {
  RulesWorld world;
  const DeviceIndex device = world.device("dev1");
  world.must_create(PlacementWorld::nearest_request({frankfurt, singapore}, {"dev1"}));
  for (const std::string_view place : {shanghai, frankfurt, singapore})
    EXPECT_FALSE(world.distribution.may_update_firmware_at(device, world.place(place, makers))) << place;
  world.commit("dev1", frankfurt, in_germany());
  EXPECT_TRUE(world.distribution.may_update_firmware_at(device, world.place(frankfurt, makers)));
}

TEST(RulesFirmware, AcrossAccountsOnlyWithTheDistributorsFile) {
  RulesWorld world;
  const DeviceIndex device = world.device("dev1");
  world.give_away("dev1");
  const Place there = world.place(singapore, others);
  EXPECT_EQ(world.distribution.firmware_update(device, world.place(shanghai, makers), "f1"), FirmwareUpdate::not_here);
  EXPECT_EQ(world.distribution.firmware_update(device, there, "f1"), FirmwareUpdate::file_not_obtained);
  ASSERT_TRUE(world.distribution.firmware_grants().hand_over(world.account(makers), world.account(others), "f1"));
  EXPECT_EQ(world.distribution.firmware_update(device, there, "f1"), FirmwareUpdate::allowed);
  EXPECT_EQ(world.distribution.firmware_update(device, there, "f2"), FirmwareUpdate::file_not_obtained) << "another file";
}

}  // namespace
}  // namespace fleetsim::platform
