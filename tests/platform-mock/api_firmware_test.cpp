// Firmware by the management API: uploaded as to the vendor's object store, created, verified, sent, and where it may be sent.
#include <gtest/gtest.h>
#include <string>

#include "api_firmware_world.hpp"

namespace fleetsim::platform {
namespace {

using namespace std::chrono_literals;

TEST(ApiFirmware, IsUploadedVerifiedSentDownloadedAndFollowed) {
  FirmwareWorld world;
  const std::string url = world.upload();
  CallParameters facts = world.firmware("2.0.0", url);
  facts = joined(facts, {{"NeedToVerify", "true"},
                         {"SignMethod", "Md5"},
                         {"FirmwareSign", world.digest(DigestMethod::md5, content)},
                         {"FirmwareSize", std::to_string(content.size())},
                         {"Udi", "{\"k\":1}"}});
  const Answer made = world.call("CreateOTAFirmware", facts);
  ASSERT_TRUE(made.ok()) << made.body;
  const std::string id = made.text("Data.FirmwareId");
  const auto status = [&] { return world.call("QueryOTAFirmware", {{"FirmwareId", id}}).text("FirmwareInfo.Status"); };
  EXPECT_EQ(status(), "0");
  EXPECT_EQ(world.call("CreateOTAStaticUpgradeJob", world.job(id, {"dev1"})).code(), "iot.ota.FirmwareNotVerified");

  ApiDevice lamp(world, shanghai, world.key, "dev1");
  lamp.say(world.inform("dev1"), FirmwareWorld::version("1.0.0"));
  const Answer verify = world.call("CreateOTAVerifyJob", world.job(id, {"dev1"}));
  ASSERT_TRUE(verify.ok()) << verify.body;
  EXPECT_EQ(status(), "2");
  const std::string told = lamp.hear();
  EXPECT_TRUE(told.starts_with("/ota/device/upgrade/" + world.key + "/dev1 ")) << told;
  EXPECT_EQ(member(told, "md5"), world.digest(DigestMethod::md5, content));
  EXPECT_NE(told.find(R"("extData":{"_package_udi":"{\"k\":1}"})"), std::string::npos) << told;
  const std::string fetched = member(told, "url");
  EXPECT_TRUE(fetched.starts_with("https://127.0.0.1:18080/files/firmware/")) << fetched;
  EXPECT_EQ(world.get(fetched).body, content);
  const Answer part = world.get(fetched, "Range: bytes=2-5\r\n");
  EXPECT_EQ(std::to_string(part.status) + part.body, "206" + content.substr(2, 4));
  lamp.say(world.progress("dev1"), R"({"id":"2","params":{"step":"40","desc":"downloading"}})");
  const std::string job = verify.text("Data.JobId");
  EXPECT_EQ(world.call("ListOTATaskByJob", {{"JobId", job}}).text("Data.SimpleOTATaskInfo.0.Progress"), "40");
  EXPECT_EQ(world.call("QueryOTAFirmware", {{"FirmwareId", id}}).text("FirmwareInfo.VerifyProgress"), "40");
  lamp.say(world.inform("dev1"), FirmwareWorld::version("2.0.0"));
  EXPECT_EQ(world.tasks(job), "dev1 SUCCEEDED");
  EXPECT_EQ(status(), "1");
  EXPECT_EQ(world.call("ListOTAModuleVersionsByDevice", {{"ProductKey", world.key}, {"DeviceName", "dev1"}})
                .text("Data.SimpleOTAModuleInfo.0.ModuleVersion"),
            "2.0.0");
  EXPECT_TRUE(world.call("CreateOTAStaticUpgradeJob", world.job(id, {"dev2"})).ok()) << "verified now";
  world.now += 24h;
  EXPECT_EQ(world.get(fetched).status, 403) << "the device's URL is good for a day";
}

TEST(ApiUpload, TakesWhatItsPolicyAllowsAndNothingElse) {
  FirmwareWorld world;
  const Permit good = world.permit();
  const auto code = [&](const Permit& permit, const std::string& file = "x") {
    const Answer answer = world.post(permit, file);
    const std::size_t at = answer.body.find("<Code>");
    return std::to_string(answer.status) + " " +
           (at == std::string::npos ? "" : answer.body.substr(at + 6, answer.body.find("</Code>") - at - 6));
  };
  Permit bad = good;
  bad.signature = "AAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  EXPECT_EQ(code(bad), "403 SignatureDoesNotMatch");
  bad = good;
  bad.policy = base64_of(bytes_of(R"({"expiration":"2099-01-01T00:00:00.000Z","conditions":[]})"));
  EXPECT_EQ(code(bad), "403 SignatureDoesNotMatch");
  bad = good;
  bad.access_key_id = "testid";
  EXPECT_EQ(code(bad), "403 InvalidAccessKeyId");
  bad = good;
  bad.key = "ota/198001" + good.key.substr(good.key.rfind('/'));
  EXPECT_EQ(code(bad), "403 AccessDenied") << "another account's name for it";
  const Permit second = world.permit();
  bad = good;
  bad.key = second.key;
  EXPECT_EQ(code(bad), "403 AccessDenied") << "a policy is for one key";
  EXPECT_EQ(code(good, ""), "400 EntityTooSmall");
  EXPECT_EQ(world.send("POST /oss HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc").status, 400);
  EXPECT_EQ(world.call("CreateOTAFirmware", world.firmware("2", good.url)).code(), "iot.ota.FirmwareFileNotExist") << "nothing was kept";
  EXPECT_EQ(code(good), "204 ");
  EXPECT_EQ(world.get(good.url).status, 403) << "it is read by signed URLs alone";
  world.now += 60s;
  EXPECT_EQ(code(second), "403 AccessDenied") << "a permit is good for a minute";
}

TEST(ApiUpload, AnswersAsTheFormWants) {
  FirmwareWorld world;
  const auto wanted = [&](const std::string& status) {
    return world.post(world.permit(), "x",
                      "--xYz\r\nContent-Disposition: form-data; name=\"success_action_status\"\r\n\r\n" + status + "\r\n");
  };
  EXPECT_EQ(wanted("200").status, 200);
  const Answer created = wanted("201");
  EXPECT_EQ(created.status, 201);
  EXPECT_NE(created.body.find("<Key>ota/198000/"), std::string::npos) << created.body;
  EXPECT_NE(created.head.find("ETag: \"9DD4E461268C8034F5C8564E155C67A6\""), std::string::npos) << "the MD5 of x: " << created.head;
  const Answer usual = world.post(world.permit(), "x");
  EXPECT_EQ(usual.head.find("Content-Length"), std::string::npos) << "none with 204: " << usual.head;
}

TEST(ApiUpload, AnUnusedFileIsForgottenAfterAnHourAndAUsedOneIsNot) {
  FirmwareWorld world;
  const std::string unused = world.upload();
  const std::string used = world.upload("used");
  ASSERT_TRUE(world.call("CreateOTAFirmware", world.firmware("2", used)).ok());
  world.now += 1h;
  EXPECT_EQ(world.call("GenerateOTAUploadURL", {}).text("Success"), "true");
  EXPECT_EQ(world.call("CreateOTAFirmware", world.firmware("3", unused)).code(), "iot.ota.FirmwareFileNotExist");
  EXPECT_TRUE(world.call("CreateOTAFirmware", world.firmware("4", used)).ok());
}

TEST(ApiUpload, TheRoomIsLimitedAndFreedByDeleting) {
  PlatformConfig config = api_config();
  config.limits.firmware_store_bytes = 10;
  FirmwareWorld world(config);
  const std::string url = world.upload("0123456");
  EXPECT_EQ(world.post(world.permit(), "0123").status, 403);
  const Answer made = world.call("CreateOTAFirmware", world.firmware("2", url));
  ASSERT_TRUE(world.call("DeleteOTAFirmware", {{"FirmwareId", made.text("Data.FirmwareId")}}).ok());
  EXPECT_EQ(world.post(world.permit(), "0123").status, 204);
  EXPECT_EQ(world.call("QueryOTAFirmware", {{"FirmwareId", made.text("Data.FirmwareId")}}).code(), "iot.ota.FirmwareNotExist");
}

TEST(ApiFirmware, MustBeWhatIsSaidOfIt) {
  FirmwareWorld world;
  const std::string url = world.upload();
  const CallParameters good = world.firmware("2.0.0", url);
  const auto code = [&](const CallParameters& changed) { return world.call("CreateOTAFirmware", joined(good, changed)).code(); };
  EXPECT_EQ(code({{"FirmwareSign", std::string(32, '0')}}), "iot.ota.FirmwareSignMismatch");
  EXPECT_EQ(code({{"SignMethod", "Sha256"}, {"FirmwareSign", world.digest(DigestMethod::md5, content)}}), "iot.ota.FirmwareSignMismatch");
  EXPECT_EQ(code({{"SignMethod", "Crc"}}), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(code({{"FirmwareSize", "1"}}), "iot.ota.FirmwareSizeMismatch");
  EXPECT_EQ(code({{"FirmwareUrl", url + "x"}}), "iot.ota.FirmwareFileNotExist");
  EXPECT_EQ(code({{"FirmwareUrl", "https://example.com/fw.bin"}}), "iot.ota.FirmwareFileNotExist");
  EXPECT_EQ(code({{"DestVersion", "2 0"}}), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(code({{"Type", "1"}}), "MissingParameter") << "a difference has a version that it starts from";
  EXPECT_EQ(world.call_as_other("CreateOTAFirmware", good).code(), "iot.prod.NotExistedProduct");
  EXPECT_EQ(world.call("ListOTAFirmware", {}).text("Total"), "0");
  ASSERT_EQ(code({{"SignMethod", "SHA256"}, {"FirmwareSign", world.digest(DigestMethod::sha256, content)}}), "?");
  EXPECT_EQ(code({}), "iot.ota.DuplicateFirmwareVersion");
  const Answer list = world.call("ListOTAFirmware", {{"ProductKey", world.key}});
  EXPECT_EQ(list.text("FirmwareInfo.SimpleFirmwareInfo.0.SignMethod"), "Sha256");
  EXPECT_EQ(list.text("FirmwareInfo.SimpleFirmwareInfo.0.FirmwareSize"), std::to_string(content.size()));
  EXPECT_EQ(world.call("ListOTAFirmware", {{"DestVersion", "9"}}).text("Total"), "0");
  const std::string id = list.text("FirmwareInfo.SimpleFirmwareInfo.0.FirmwareId");
  EXPECT_EQ(world.call_as_other("QueryOTAFirmware", {{"FirmwareId", id}}).code(), "iot.ota.FirmwareNotExist");
  EXPECT_EQ(world.call_as_other("DeleteOTAFirmware", {{"FirmwareId", id}}).code(), "iot.ota.FirmwareNotExist");
}

TEST(ApiFirmware, AfterAMoveItIsSetAtTheDestinationOnly) {  // RULES.md, rule 14
  FirmwareWorld world;
  const std::string id = world.make("2.0.0");
  const auto set = [&](std::string_view instance) { return world.update("dev1", id, instance); };
  world.move({"dev1"}, {singapore});
  ApiDevice lamp(world, singapore, world.key, "dev1");
  EXPECT_EQ(set(shanghai).code(), "iot.device.NotExistedDevice");
  EXPECT_EQ(lamp.hear(), "");
  const Answer there = set(singapore);
  ASSERT_TRUE(there.ok()) << there.body;
  EXPECT_TRUE(lamp.hear().starts_with("/ota/device/upgrade/"));
}

TEST(ApiFirmware, ItIsSetAtTheDestinationBeforeTheDeviceHasConnected) {  // RULES.md, rules 14 and 68
  FirmwareWorld world;
  const std::string id = world.make("2.0.0");
  world.move({"dev1"}, {singapore});
  EXPECT_EQ(world.update("dev1", id, shanghai).code(), "iot.device.NotExistedDevice");
  const Answer set = world.update("dev1", id, singapore);
  ASSERT_TRUE(set.ok()) << set.body;
  EXPECT_EQ(world.tasks(set.text("Data.JobId")), "dev1 QUEUED");
  ApiDevice lamp(world, singapore, world.key, "dev1");
  EXPECT_TRUE(lamp.hear().starts_with("/ota/device/upgrade/"));
  EXPECT_EQ(world.tasks(set.text("Data.JobId")), "dev1 NOTIFIED");
}

TEST(ApiFirmware, WithNearestAccessItIsSetOnceTheDeviceHasConnected) {  // RULES.md, rule 15
  FirmwareWorld world;
  const std::string id = world.make("2.0.0");
  const auto set = [&](std::string_view instance) { return world.update("dev1", id, instance); };
  world.move({"dev1"}, {frankfurt, singapore});
  for (const std::string_view instance : {shanghai, frankfurt, singapore})
    EXPECT_EQ(set(instance).code(), "iot.device.NotExistedDevice") << "not before it has connected: " << instance;
  EXPECT_TRUE(world.call("ListOTAJobByFirmware", {{"FirmwareId", id}}).body.find("JobId") == std::string::npos) << "nothing half done";
  ApiDevice lamp(world, frankfurt, world.key, "dev1");
  EXPECT_EQ(set(shanghai).code(), "iot.device.NotExistedDevice");
  EXPECT_EQ(set(singapore).code(), "iot.device.NotExistedDevice") << "a target, and not where it went";
  EXPECT_EQ(lamp.hear(), "");
  const Answer there = set(frankfurt);
  ASSERT_TRUE(there.ok()) << there.body;
  EXPECT_TRUE(lamp.hear().starts_with("/ota/device/upgrade/"));
}

TEST(ApiFirmware, OfADistributorsProductNeedsTheDistributorsFile) {  // RULES.md, rule 16
  PlatformConfig config = api_config();
  config.api.foreign_target = ForeignTarget::allow;
  FirmwareWorld world(config);
  ASSERT_TRUE(world.platform.registry().find_account("198001"));
  const AccountIndex distributor{0};
  const AccountIndex recipient{1};
  Registry& registry = world.platform.registry();
  const DeviceIndex device = *registry.find_device(world.key, "dev1");
  registry.make_visible(*registry.find_product(world.key), {*registry.find_instance(singapore), recipient}, world.now);
  registry.start_handover(device, JobIndex{}, {*registry.find_instance(singapore), recipient});
  registry.bind(device, {*registry.find_instance(singapore), recipient});
  ApiDevice lamp(world, singapore, world.key, "dev1");

  const std::string at_singapore{singapore};
  const Answer told = world.call_as_other("GenerateOTAUploadURL", {});
  const Permit permit{told.text("Data.Host"),   told.text("Data.Key"),       told.text("Data.FirmwareUrl"),
                      told.text("Data.Policy"), told.text("Data.Signature"), told.text("Data.OSSAccessKeyId")};
  ASSERT_EQ(world.post(permit, content).status, 204);
  const Answer made =
      world.call_as_other("CreateOTAFirmware", joined(world.firmware("2.0.0", permit.url), {{"IotInstanceId", at_singapore}}));
  ASSERT_TRUE(made.ok()) << made.body;
  const CallParameters job = joined(world.job(made.text("Data.FirmwareId"), {"dev1"}), {{"IotInstanceId", at_singapore}});
  EXPECT_EQ(world.call_as_other("CreateOTAStaticUpgradeJob", job).code(), "iot.ota.FirmwareNotObtained");
  EXPECT_EQ(world.call_as_other("CreateOTAVerifyJob", job).code(), "iot.ota.FirmwareNotObtained");
  EXPECT_EQ(world.call_as_other("CreateOTADynamicUpgradeJob", job).code(), "?") << "it takes no device that it may not update";
  lamp.say(world.inform("dev1"), FirmwareWorld::version("1.0.0"));
  EXPECT_EQ(lamp.hear(), "");
  ASSERT_TRUE(world.platform.distribution().firmware_grants().hand_over(distributor, recipient, world.digest(DigestMethod::md5, content)));
  EXPECT_TRUE(world.call_as_other("CreateOTAStaticUpgradeJob", job).ok());
  EXPECT_TRUE(lamp.hear().starts_with("/ota/device/upgrade/"));
  EXPECT_EQ(world.call("CreateOTAStaticUpgradeJob", job).code(), "iot.prod.NotExistedProduct") << "the distributor has no say there";
}

}  // namespace
}  // namespace fleetsim::platform
