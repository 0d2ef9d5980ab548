// What people get wrong, or try on purpose, over the management endpoint as it is: each is refused with its code, and nothing is half done.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "api_moves.hpp"
#include "api_world.hpp"
#include "placement_world.hpp"

namespace fleetsim::platform {
namespace {

using namespace std::chrono_literals;

TEST(ApiBadInput, AnotherAccountsInstanceCannotBeNamed) {
  ApiWorld world;
  const std::string before = world.everything();
  for (const std::string action : {"QueryProductList", "QueryDeviceGroupList", "QueryDeviceStatistics", "GenerateOTAUploadURL"}) {
    EXPECT_EQ(world.call(action, {{"IotInstanceId", std::string{other_enterprise}}}).code(), "iot.common.AuthActionPermissionDeny")
        << action;
    EXPECT_EQ(world.call(action, {{"IotInstanceId", "iot-none"}}).code(), "iot.system.InstanceNotFound") << action;
    EXPECT_TRUE(world.call(action, {{"IotInstanceId", std::string{own_enterprise}}}).ok()) << action;
  }
  EXPECT_EQ(world.call("CreateDeviceGroup", {{"GroupName", "hall"}, {"IotInstanceId", std::string{other_enterprise}}}).code(),
            "iot.common.AuthActionPermissionDeny");
  EXPECT_EQ(world.everything(), before);
}

TEST(ApiBadInput, AJobMovesNoDeviceOfAnotherAccount) {
  ApiWorld world;
  const std::string theirs = world.call_as_other("CreateProduct", {{"ProductName", "theirs"}, {"NodeType", "0"}}).text("ProductKey");
  ASSERT_TRUE(world.call_as_other("RegisterDevice", {{"ProductKey", theirs}, {"DeviceName", "prize"}}).ok());
  ASSERT_TRUE(world.call_as_other("QueryDeviceInfo", {{"ProductKey", theirs}, {"DeviceName", "prize"}}).ok());
  const std::string before = world.everything();
  EXPECT_EQ(world.call("CreateDeviceDistributeJob", distribution_call(theirs, {"prize"}, shanghai, {singapore})).code(),
            "iot.prod.NotExistedProduct");
  EXPECT_EQ(world
                .call("CreateProductDistributeJob", {{"ProductKey", theirs},
                                                     {"SourceInstanceId", std::string{shanghai}},
                                                     {"TargetInstanceId", std::string{singapore}},
                                                     {"TargetUid", "198000"}})
                .code(),
            "iot.prod.NotExistedProduct");
  EXPECT_EQ(world.everything(), before);
  // Named in a job on one's own product it is a device that does not exist, and fails alone.
  CallParameters mixed = distribution_call(world.make_product({"mine"}), {"mine"}, shanghai, {singapore});
  mixed["DeviceName.2"] = "prize";
  ASSERT_TRUE(world.call("CreateDeviceDistributeJob", mixed).ok());
  const Registry& registry = world.platform.registry();
  EXPECT_TRUE(std::holds_alternative<Bound>(registry.device(*registry.find_device(theirs, "prize")).placement));
}

TEST(ApiBadInput, ARecipientChangesNothingOfTheProductItGot) {
  ApiWorld world;
  const std::string topic =
      world.call("CreateProductTopic", {{"ProductKey", std::string{test_product}}, {"TopicShortName", "news"}, {"Operation", "PUB"}})
          .text("TopicId");
  ASSERT_EQ(console_post(world, "198000", "/jobs", cross_account_job(code_sent(world))).status, 201);
  const CallParameters product = {{"ProductKey", std::string{test_product}}, {"IotInstanceId", std::string{singapore}}};
  ASSERT_TRUE(world.call_as_other("QueryProduct", product).ok()) << "it can be looked at";
  const std::string before = world.everything();
  const std::vector<std::pair<std::string, CallParameters>> tries = {
      {"UpdateProduct", {{"ProductName", "mine now"}}},
      {"CreateProductTopic", {{"TopicShortName", "mine"}, {"Operation", "ALL"}}},
      {"UpdateProductTopic", {{"TopicId", topic}, {"TopicShortName", "mine"}, {"Operation", "ALL"}}},
      {"DeleteProductTopic", {{"TopicId", topic}}},
      {"ImportThingModelTsl", {{"TslStr", "{}"}}},
      {"CreateThingScript", {{"ScriptContent", "x"}, {"ScriptType", "JavaScript"}}},
      {"UpdateThingScript", {{"ScriptContent", "x"}, {"ScriptType", "JavaScript"}}},
      {"RegisterDevice", {{"DeviceName", "mine"}}},
      {"BatchRegisterDevice", {{"Count", "2"}}},
      {"BatchCheckDeviceNames", {{"DeviceName.1", "mine"}}},
      {"DeleteProduct", {}}};
  for (const auto& [action, more] : tries) {
    CallParameters parameters = product;
    parameters.insert(more.begin(), more.end());
    EXPECT_EQ(world.call_as_other(action, parameters).code(), "iot.common.AuthActionPermissionDeny") << action;
    EXPECT_EQ(world.everything(), before) << action;
  }
}

TEST(ApiBadInput, AnExpiredCodeStartsNoJob) {
  ApiWorld world;
  const std::string code = code_sent(world);
  const std::string before = world.everything();
  world.pass(5min);
  EXPECT_EQ(console_post(world, "198000", "/jobs", cross_account_job(code)).status, 409);
  EXPECT_EQ(world.everything(), before);
  const std::string fresh = code_sent(world);
  world.pass(5min - 1ms);
  EXPECT_EQ(console_post(world, "198000", "/jobs", cross_account_job(fresh)).status, 201);
}

TEST(ApiBadInput, AGuessedCodeIsVoidAfterFiveTries) {
  ApiWorld world;
  const std::string code = code_sent(world);
  const std::string before = world.everything();
  for (int i = 0; i < 5; ++i) {
    std::string guess = code;
    guess.back() = guess.back() == static_cast<char>('0' + i) ? '9' : static_cast<char>('0' + i);
    EXPECT_EQ(console_post(world, "198000", "/jobs", cross_account_job(guess)).status, 409) << guess;
  }
  EXPECT_EQ(console_post(world, "198000", "/jobs", cross_account_job(code)).status, 409) << "the right one comes too late";
  EXPECT_EQ(world.everything(), before);
}

TEST(ApiBadInput, AListOfFiveMegabytesIsRefused) {
  std::string list = "DeviceName\r\n";
  for (int i = 0; list.size() < std::size_t{5} * 1024 * 1024; ++i) list += "device-" + std::to_string(i) + "\r\n";
  ApiWorld usual;
  EXPECT_EQ(console_post(usual, "198000", "/device-lists", list, "text/csv").status, 413) << "it is not even read to its end";
  PlatformConfig config = api_config();
  config.limits.management_body_bytes = 8 * 1024 * 1024;
  ApiWorld wide(config);
  const std::string before = wide.everything();
  const Answer refused = console_post(wide, "198000", "/device-lists", list, "text/csv");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.code() + refused.text("code"), "?iot.check.InvalidFormattedParameter") << refused.body.substr(0, 300);
  EXPECT_LT(refused.body.size(), 4096U) << "the answer is no list of five megabytes either";
  EXPECT_EQ(wide.everything(), before);
}

TEST(ApiBadInput, SqlInANameIsATextLikeAnyOther) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1"});
  const std::string sql = "'; DROP TABLE devices; --";
  const std::string before = world.everything();
  EXPECT_EQ(world.call("RegisterDevice", {{"ProductKey", key}, {"DeviceName", sql}}).code(), "iot.device.InvalidFormattedDeviceName");
  EXPECT_EQ(world.call("QueryDeviceInfo", {{"ProductKey", key}, {"DeviceName", sql}}).code(), "iot.device.NotExistedDevice");
  EXPECT_EQ(world.call("QueryProduct", {{"ProductKey", sql}}).code(), "iot.prod.NotExistedProduct");
  EXPECT_EQ(world.call("BatchCheckDeviceNames", {{"ProductKey", key}, {"DeviceName.1", sql}})
                .text("Data.InvalidDeviceNameList.InvalidDeviceName.0"),
            sql);
  EXPECT_EQ(world.call("DeleteDeviceGroup", {{"GroupId", sql}}).code(), "iot.group.NotExistedGroup");
  EXPECT_EQ(world.call("QueryOTAJob", {{"JobId", sql}}).code(), "iot.ota.JobNotExist");
  EXPECT_EQ(world.everything(), before);
  // A tag may hold any text, and gives it back as it was.
  ASSERT_TRUE(world.call("SaveDeviceProp", {{"ProductKey", key}, {"DeviceName", "dev1"}, {"Props", R"({"note":")" + sql + R"("})"}}).ok());
  EXPECT_EQ(world.call("QueryDeviceByTags", {{"Tag.1.TagKey", "note"}, {"Tag.1.TagValue", sql}}).text("Total"), "1");
}

}  // namespace
}  // namespace fleetsim::platform
