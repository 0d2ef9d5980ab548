// Firmware over the air by the management API: uploaded as to the vendor's object store, created, verified, sent, followed.
#include <array>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "api_device.hpp"
#include "api_world.hpp"
#include "placement_world.hpp"

#include "platform-mock/core/api/text_coding.hpp"

namespace fleetsim::platform {
namespace {

using namespace std::chrono_literals;

using namespace std::string_literals;
/// What a boundary and a text could stumble over.
const std::string content = "firmware\0\r\n--bytes"s;

CallParameters with(CallParameters parameters, const CallParameters& more) {
  for (const auto& [name, value] : more) parameters[name] = value;
  return parameters;
}

struct Permit {
  std::string host, key, url, policy, signature, access_key_id;
};

struct FirmwareWorld : ApiWorld {
  explicit FirmwareWorld(PlatformConfig config = api_config()) : ApiWorld(std::move(config)), key(make_product({"dev1", "dev2", "dev3", "dev4"})) {}

  Permit permit() {
    const Answer told = call("GenerateOTAUploadURL", {});
    EXPECT_TRUE(told.ok()) << told.body;
    return {told.text("Data.Host"),   told.text("Data.Key"),       told.text("Data.FirmwareUrl"),
            told.text("Data.Policy"), told.text("Data.Signature"), told.text("Data.OSSAccessKeyId")};
  }
  Answer post(const Permit& permit, const std::string& file, const std::string& more = "") {
    std::string form;
    const auto field = [&](const std::string& name, const std::string& value) {
      form += "--xYz\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    };
    field("key", permit.key);
    field("policy", permit.policy);
    field("OSSAccessKeyId", permit.access_key_id);
    field("signature", permit.signature);
    form += more + "--xYz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"fw.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n" +
            file + "\r\n--xYz--\r\n";
    return send("POST " + permit.host.substr(permit.host.find('/', 8)) +
                " HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=xYz\r\nContent-Length: " + std::to_string(form.size()) +
                "\r\n\r\n" + form);
  }
  std::string upload(const std::string& file = content) {
    const Permit given = permit();
    EXPECT_EQ(post(given, file).status, 204);
    return given.url;
  }
  std::string digest(DigestMethod method, const std::string& of) {
    std::array<std::uint8_t, digest_bytes_max> bytes{};
    const DigestPort port = crypto.digest_port();
    return hex_of(ByteView{bytes}.first(port.compute(port.context, method, bytes_of(of), bytes)));
  }
  CallParameters firmware(const std::string& version, const std::string& url) {
    return {{"ProductKey", key}, {"FirmwareName", "fw " + version}, {"DestVersion", version}, {"FirmwareUrl", url}, {"NeedToVerify", "false"}};
  }
  /// Its id.
  std::string make(const std::string& version) {
    const Answer made = call("CreateOTAFirmware", firmware(version, upload(content + version)));
    EXPECT_TRUE(made.ok()) << made.body;
    return made.text("Data.FirmwareId");
  }
  CallParameters job(const std::string& firmware_id, const std::vector<std::string>& devices) {
    CallParameters parameters = {{"ProductKey", key}, {"FirmwareId", firmware_id}, {"TargetSelection", "SPECIFIC"}};
    for (std::size_t i = 0; i < devices.size(); ++i) parameters["TargetDeviceName." + std::to_string(i + 1)] = devices[i];
    return parameters;
  }
  /// "dev1 NOTIFIED, dev2 QUEUED"
  std::string tasks(const std::string& job_id) {
    const Answer list = call("ListOTATaskByJob", {{"JobId", job_id}});
    std::string out;
    for (int i = 0; i < list.count("Data.SimpleOTATaskInfo"); ++i) {
      const std::string at = "Data.SimpleOTATaskInfo." + std::to_string(i) + ".";
      out += (out.empty() ? "" : ", ") + list.text(at + "DeviceName") + " " + list.text(at + "TaskStatus");
    }
    return out;
  }
  std::string inform(const std::string& name) const { return "/ota/device/inform/" + key + "/" + name; }
  std::string progress(const std::string& name) const { return "/ota/device/progress/" + key + "/" + name; }
  static std::string version(const std::string& text) { return R"({"id":"1","params":{"version":")" + text + R"("}})"; }
  Answer get(const std::string& url, const std::string& more = "") {
    return send("GET " + url.substr(url.find('/', 8)) + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n");
  }

  std::string key;
};

/// A member of a JSON text that is a string.
std::string member(const std::string& json, const std::string& name) {
  const std::string mark = "\"" + name + "\":\"";
  const std::size_t at = json.find(mark);
  if (at == std::string::npos) return "?";
  return json.substr(at + mark.size(), json.find('"', at + mark.size()) - at - mark.size());
}

TEST(ApiFirmware, IsUploadedVerifiedSentDownloadedAndFollowed) {
  FirmwareWorld world;
  const std::string url = world.upload();
  CallParameters facts = world.firmware("2.0.0", url);
  facts = with(facts, {{"NeedToVerify", "true"},
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
    return std::to_string(answer.status) + " " + (at == std::string::npos ? "" : answer.body.substr(at + 6, answer.body.find("</Code>") - at - 6));
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
    return world.post(world.permit(), "x", "--xYz\r\nContent-Disposition: form-data; name=\"success_action_status\"\r\n\r\n" + status + "\r\n");
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
  const auto code = [&](const CallParameters& changed) { return world.call("CreateOTAFirmware", with(good, changed)).code(); };
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
  const auto set = [&](std::string_view instance) {
    return world.call("CreateOTAStaticUpgradeJob", with(world.job(id, {"dev1"}), {{"IotInstanceId", std::string{instance}}}));
  };
  ASSERT_TRUE(world
                  .call("CreateDeviceDistributeJob", {{"ProductKey", world.key},
                                                      {"DeviceName.1", "dev1"},
                                                      {"SourceInstanceId", std::string{shanghai}},
                                                      {"TargetInstanceConfig.1.TargetInstanceId", std::string{singapore}},
                                                      {"TargetUid", "198000"}})
                  .ok());
  ApiDevice lamp(world, singapore, world.key, "dev1");
  EXPECT_EQ(set(shanghai).code(), "iot.device.NotExistedDevice");
  EXPECT_EQ(lamp.hear(), "");
  const Answer there = set(singapore);
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
  registry.start_handover(device, *registry.find_instance(shanghai), JobIndex{});
  registry.bind(device, {*registry.find_instance(singapore), recipient});
  ApiDevice lamp(world, singapore, world.key, "dev1");

  const std::string at_singapore{singapore};
  const Answer told = world.call_as_other("GenerateOTAUploadURL", {});
  const Permit permit{told.text("Data.Host"),   told.text("Data.Key"),       told.text("Data.FirmwareUrl"),
                      told.text("Data.Policy"), told.text("Data.Signature"), told.text("Data.OSSAccessKeyId")};
  ASSERT_EQ(world.post(permit, content).status, 204);
  const Answer made = world.call_as_other("CreateOTAFirmware", with(world.firmware("2.0.0", permit.url), {{"IotInstanceId", at_singapore}}));
  ASSERT_TRUE(made.ok()) << made.body;
  const CallParameters job = with(world.job(made.text("Data.FirmwareId"), {"dev1"}), {{"IotInstanceId", at_singapore}});
  EXPECT_EQ(world.call_as_other("CreateOTAStaticUpgradeJob", job).code(), "iot.ota.FirmwareNotObtained");
  EXPECT_EQ(world.call_as_other("CreateOTAVerifyJob", job).code(), "iot.ota.FirmwareNotObtained");
  EXPECT_EQ(world.call_as_other("CreateOTADynamicUpgradeJob", job).code(), "?") << "it takes no device that it may not update";
  lamp.say(world.inform("dev1"), FirmwareWorld::version("1.0.0"));
  EXPECT_EQ(lamp.hear(), "");
  ASSERT_TRUE(world.platform.distribution().firmware_grants().hand_over(distributor, recipient, world.digest(DigestMethod::md5, content)));
  EXPECT_TRUE(world.call_as_other("CreateOTAStaticUpgradeJob", job).ok());
  EXPECT_TRUE(lamp.hear().starts_with("/ota/device/upgrade/"));
  EXPECT_EQ(world.call("CreateOTAStaticUpgradeJob", job).code(), "iot.ota.FirmwareNotExist") << "the distributor has no say there any more";
}

TEST(ApiUpgrade, GoesToTheDevicesThatAreMeant) {
  FirmwareWorld world;
  const std::string id = world.make("2.0.0");
  ApiDevice one(world, shanghai, world.key, "dev1");
  ApiDevice two(world, shanghai, world.key, "dev2");
  one.say(world.inform("dev1"), FirmwareWorld::version("2.0.0"));
  two.say(world.inform("dev2"), FirmwareWorld::version("1.0.0"));
  const auto made = [&](const CallParameters& how) {
    const Answer answer = world.call("CreateOTAStaticUpgradeJob", with({{"ProductKey", world.key}, {"FirmwareId", id}, {"OverwriteMode", "2"}}, how));
    return answer.ok() ? world.tasks(answer.text("Data.JobId")) : answer.code();
  };
  EXPECT_EQ(made({{"TargetSelection", "ALL"}}), "dev2 NOTIFIED, dev3 QUEUED, dev4 QUEUED") << "dev1 runs that version";
  EXPECT_EQ(made({{"TargetSelection", "ALL"}, {"SrcVersion.1", "1.0.0"}}), "dev2 NOTIFIED");
  EXPECT_EQ(made({{"TargetSelection", "GRAY"}, {"GrayPercent", "75"}}), "dev2 NOTIFIED, dev3 QUEUED") << "3 of 4, and one of them runs it";
  EXPECT_EQ(made({{"TargetSelection", "SPECIFIC"}, {"TargetDeviceName.1", "dev1"}}), "iot.ota.NoDeviceToUpgrade");
  EXPECT_EQ(made({{"TargetSelection", "SPECIFIC"}, {"TargetDeviceName.1", "ghost"}}), "iot.device.NotExistedDevice");
  EXPECT_EQ(made({{"TargetSelection", "SPECIFIC"}}), "MissingParameter");
  EXPECT_EQ(made({{"TargetSelection", "SOME"}}), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(made({{"TargetSelection", "GRAY"}, {"GrayPercent", "0"}}), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(made({{"TargetSelection", "ALL"}, {"ScheduleTime", "1"}}), "iot.check.InvalidFormattedParameter") << "not served, and it says so";
  EXPECT_EQ(made({{"TargetSelection", "ALL"}, {"NeedConfirm", "true"}}), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(made({{"TargetSelection", "ALL"}, {"DownloadProtocol", "MQTT"}}), "iot.check.InvalidFormattedParameter");
  const std::string group = world.call("CreateDeviceGroup", {{"GroupName", "hall"}}).text("Data.GroupId");
  world.call("BatchAddDeviceGroupRelations", {{"GroupId", group}, {"Device.1.ProductKey", world.key}, {"Device.1.DeviceName", "dev3"}});
  EXPECT_EQ(made({{"TargetSelection", "GROUP"}, {"GroupId", group}}), "dev3 QUEUED");
  CallParameters many = {{"TargetSelection", "SPECIFIC"}};
  for (int i = 1; i <= 201; ++i) many["TargetDeviceName." + std::to_string(i)] = "dev" + std::to_string(i);
  EXPECT_EQ(made(many), "iot.device.DeviceCountExceeded");
}

TEST(ApiUpgrade, ABusyDeviceFailsAtOnceUnlessItMayBeOverwritten) {
  FirmwareWorld world;
  const std::string first = world.call("CreateOTAStaticUpgradeJob", world.job(world.make("2.0.0"), {"dev1"})).text("Data.JobId");
  const std::string other = world.make("3.0.0");
  const std::string second = world.call("CreateOTAStaticUpgradeJob", world.job(other, {"dev1"})).text("Data.JobId");
  EXPECT_EQ(world.tasks(first) + ", " + world.tasks(second), "dev1 QUEUED, dev1 FAILED");
  EXPECT_EQ(world.call("QueryOTAJob", {{"JobId", second}}).text("Data.JobStatus"), "COMPLETED");
  const Answer third = world.call("CreateOTAStaticUpgradeJob", with(world.job(other, {"dev1"}), {{"OverwriteMode", "2"}}));
  EXPECT_EQ(world.tasks(first) + ", " + world.tasks(third.text("Data.JobId")), "dev1 CANCELED, dev1 QUEUED");
  EXPECT_EQ(world.call("QueryOTAJob", {{"JobId", third.text("Data.JobId")}}).text("Data.OverwriteMode"), "2");
}

TEST(ApiUpgrade, IsToldToADeviceOrWaitsUntilItAsks) {
  FirmwareWorld world;
  ApiDevice lamp(world, shanghai, world.key, "dev1");
  const Answer made = world.call("CreateOTAStaticUpgradeJob", with(world.job(world.make("2.0.0"), {"dev1"}), {{"NeedPush", "false"}}));
  const std::string job = made.text("Data.JobId");
  EXPECT_EQ(lamp.hear(), "");
  EXPECT_EQ(world.call("QueryOTAJob", {{"JobId", job}}).text("Data.NeedPush"), "false");
  lamp.say(lamp.sys("thing/ota/firmware/get"), R"({"id":"7","version":"1.0","params":{"module":"default"},"method":"thing.ota.firmware.get"})");
  EXPECT_NE(lamp.hear().find(R"("version":"2.0.0")"), std::string::npos);
  EXPECT_EQ(world.tasks(job), "dev1 NOTIFIED");
}

TEST(ApiUpgrade, ADynamicOneTakesDevicesThatTellTheirVersionLater) {
  FirmwareWorld world;
  const std::string id = world.make("2.0.0");
  ApiDevice one(world, shanghai, world.key, "dev1");
  one.say(world.inform("dev1"), FirmwareWorld::version("1.0.0"));
  const CallParameters how = {{"ProductKey", world.key}, {"FirmwareId", id}, {"SrcVersion.1", "1.0.0"}, {"SrcVersion.2", "1.1.0"}};
  const Answer made = world.call("CreateOTADynamicUpgradeJob", how);
  ASSERT_TRUE(made.ok()) << made.body;
  const std::string job = made.text("Data.JobId");
  EXPECT_EQ(world.call("CreateOTADynamicUpgradeJob", how).code(), "iot.ota.DynamicJobExists");
  EXPECT_EQ(world.tasks(job), "dev1 NOTIFIED");
  ApiDevice two(world, shanghai, world.key, "dev2");
  two.say(world.inform("dev2"), FirmwareWorld::version("0.9.0"));
  EXPECT_EQ(two.hear(), "") << "none of the source versions";
  two.say(world.inform("dev2"), FirmwareWorld::version("1.1.0"));
  EXPECT_TRUE(two.hear().starts_with("/ota/device/upgrade/"));
  EXPECT_EQ(world.tasks(job), "dev1 NOTIFIED, dev2 NOTIFIED");
  EXPECT_EQ(world.call("QueryOTAJob", {{"JobId", job}}).text("Data.JobStatus"), "IN_PROGRESS");
  EXPECT_EQ(world.call("DeleteOTAFirmware", {{"FirmwareId", id}}).code(), "iot.ota.FirmwareInUse");
  EXPECT_TRUE(world.call("CancelOTAStrategyByJob", {{"JobId", job}}).ok());
  EXPECT_EQ(world.call("QueryOTAJob", {{"JobId", job}}).text("Data.JobStatus"), "CANCELED");
  ApiDevice three(world, shanghai, world.key, "dev3");
  three.say(world.inform("dev3"), FirmwareWorld::version("1.0.0"));
  EXPECT_EQ(three.hear(), "") << "it takes no more";
  const Answer later = world.call("CreateOTADynamicUpgradeJob", with(how, {{"DynamicMode", "2"}}));
  EXPECT_EQ(world.tasks(later.text("Data.JobId")), "") << "mode 2: only those that tell it from now on";
  three.say(world.inform("dev3"), FirmwareWorld::version("1.0.0"));
  EXPECT_EQ(world.tasks(later.text("Data.JobId")), "dev3 NOTIFIED");
}

TEST(ApiUpgrade, EndsWhenItTakesTooLongAndBeginsAnewWhenAsked) {
  FirmwareWorld world;
  ApiDevice lamp(world, shanghai, world.key, "dev1");
  const Answer made = world.call("CreateOTAStaticUpgradeJob", with(world.job(world.make("2.0.0"), {"dev1"}), {{"TimeoutInMinutes", "2"}}));
  const std::string job = made.text("Data.JobId");
  lamp.hear();
  lamp.say(world.progress("dev1"), R"({"id":"2","params":{"step":"10"}})");
  world.now += 119s;
  EXPECT_EQ(world.tasks(job), "dev1 IN_PROGRESS");
  const Answer open = world.call("ListOTAUnfinishedTaskByDevice", {{"ProductKey", world.key}, {"DeviceName", "dev1"}});
  EXPECT_EQ(open.text("Data.SimpleOTATaskInfo.0.TaskStatus"), "IN_PROGRESS");
  const std::string task = open.text("Data.SimpleOTATaskInfo.0.TaskId");
  EXPECT_EQ(world.call("ReupgradeOTATask", {{"JobId", job}, {"TaskId.1", task}}).code(), "iot.ota.TaskNotRetriable");
  world.now += 1s;
  EXPECT_EQ(world.tasks(job), "dev1 FAILED");
  EXPECT_EQ(world.call("ReupgradeOTATask", {{"JobId", job}, {"TaskId.1", "OTATASK1"}}).code(), "iot.ota.TaskNotExist");
  EXPECT_TRUE(world.call("ReupgradeOTATask", {{"JobId", job}, {"TaskId.1", task}}).ok());
  EXPECT_TRUE(lamp.hear().starts_with("/ota/device/upgrade/"));
  EXPECT_EQ(world.tasks(job), "dev1 NOTIFIED");
}

TEST(ApiUpgrade, IsCancelledByJobAndByDevice) {
  FirmwareWorld world;
  const std::string id = world.make("2.0.0");
  ApiDevice one(world, shanghai, world.key, "dev1");
  ApiDevice two(world, shanghai, world.key, "dev2");
  const std::string job = world.call("CreateOTAStaticUpgradeJob", world.job(id, {"dev1", "dev2", "dev3", "dev4"})).text("Data.JobId");
  one.say(world.progress("dev1"), R"({"id":"2","params":{"step":"10"}})");
  const CallParameters of_devices = {{"ProductKey", world.key}, {"FirmwareId", id}, {"DeviceName.1", "dev1"}, {"DeviceName.2", "dev3"}};
  EXPECT_EQ(world.call("CancelOTATaskByDevice", with(of_devices, {{"JobId", "none"}})).code(), "iot.ota.JobNotExist");
  EXPECT_TRUE(world.call("CancelOTATaskByDevice", of_devices).ok());
  EXPECT_EQ(world.tasks(job), "dev1 IN_PROGRESS, dev2 NOTIFIED, dev3 CANCELED, dev4 QUEUED") << "what has begun goes on";
  EXPECT_EQ(world.call("CancelOTATaskByDevice", of_devices).code(), "iot.ota.NoTaskToCancel");
  EXPECT_TRUE(world.call("CancelOTATaskByJob", {{"JobId", job}, {"CancelQueuedTask", "true"}}).ok());
  EXPECT_EQ(world.tasks(job), "dev1 IN_PROGRESS, dev2 NOTIFIED, dev3 CANCELED, dev4 CANCELED");
  EXPECT_EQ(world.call_as_other("CancelOTATaskByJob", {{"JobId", job}, {"CancelInProgressTask", "true"}}).code(), "iot.ota.JobNotExist");
  EXPECT_EQ(world.call("CancelOTAStrategyByJob", {{"JobId", job}}).code(), "iot.system.IllegalRequest") << "it is no dynamic one";
  EXPECT_TRUE(world.call("CancelOTATaskByJob", {{"JobId", job}, {"CancelInProgressTask", "true"}, {"CancelNotifiedTask", "true"}}).ok());
  EXPECT_EQ(world.tasks(job), "dev1 CANCELED, dev2 CANCELED, dev3 CANCELED, dev4 CANCELED");
  EXPECT_EQ(world.call("ListOTAJobByFirmware", {{"FirmwareId", id}}).text("Data.SimpleOTAJobInfo.0.JobStatus"), "COMPLETED");
  EXPECT_EQ(world.call("ListOTAJobByDevice", {{"FirmwareId", id}, {"ProductKey", world.key}, {"DeviceName", "dev4"}}).text("Total"), "1");
  EXPECT_TRUE(world.call("DeleteOTAFirmware", {{"FirmwareId", id}}).ok());
}

}  // namespace
}  // namespace fleetsim::platform
