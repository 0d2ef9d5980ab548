// Products, topic categories, features and scripts by the management API.
#include <gtest/gtest.h>
#include <set>
#include <string>

#include "api_moves.hpp"
#include "api_world.hpp"
#include "placement_world.hpp"

namespace fleetsim::platform {
namespace {

TEST(ApiProducts, AreCreatedSeenChangedAndDeleted) {
  ApiWorld world;
  const Answer made =
      world.call("CreateProduct", {{"ProductName", "gateways"}, {"NodeType", "1"}, {"DataFormat", "0"}, {"Description", "d"}});
  ASSERT_TRUE(made.ok()) << made.body;
  const std::string key = made.text("ProductKey");
  EXPECT_EQ(made.text("Data.ProductKey"), key);
  EXPECT_EQ(key.size(), 11U);
  EXPECT_EQ(made.text("Data.ProductSecret").size(), 16U);

  const Answer seen = world.call("QueryProduct", {{"ProductKey", key}});
  EXPECT_EQ(seen.text("Data.ProductName"), "gateways");
  EXPECT_EQ(seen.text("Data.NodeType"), "1");
  EXPECT_EQ(seen.text("Data.DataFormat"), "0");
  EXPECT_EQ(seen.text("Data.AuthType"), "secret");
  EXPECT_EQ(seen.text("Data.DeviceCount"), "0");
  EXPECT_EQ(seen.text("Data.Owner"), "true");
  EXPECT_EQ(seen.text("Data.ProductStatus"), "DEVELOPMENT_STATUS");
  EXPECT_EQ(seen.text("Data.GmtCreate"), "1795388100000");
  EXPECT_EQ(seen.text("Data.ProductSecret"), made.text("Data.ProductSecret"));

  EXPECT_TRUE(world.call("UpdateProduct", {{"ProductKey", key}, {"ProductName", "bridges"}, {"Description", "e"}}).ok());
  EXPECT_EQ(world.call("QueryProduct", {{"ProductKey", key}}).text("Data.ProductName"), "bridges");
  EXPECT_EQ(world.call("QueryProduct", {{"ProductKey", key}}).text("Data.Description"), "e");
  EXPECT_TRUE(world.call("DeleteProduct", {{"ProductKey", key}}).ok());
  EXPECT_EQ(world.call("QueryProduct", {{"ProductKey", key}}).code(), "iot.prod.NotExistedProduct");
}

TEST(ApiProducts, BusinessRefusalsComeWithStatus200) {
  ApiWorld world;
  const Answer refused = world.call("QueryProduct", {{"ProductKey", "a1Nothing"}});
  EXPECT_EQ(refused.status, 200);
  EXPECT_EQ(refused.text("Success"), "false");
  EXPECT_EQ(refused.code(), "iot.prod.NotExistedProduct");
  EXPECT_NE(refused.text("ErrorMessage"), "?");
  EXPECT_EQ(refused.text("RequestId").size(), 36U);
}

TEST(ApiProducts, BadOnesAreRefused) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1"});
  const std::string before = world.everything();
  const auto code = [&](CallParameters parameters) { return world.call("CreateProduct", std::move(parameters)).code(); };
  EXPECT_EQ(code({{"ProductName", "abc"}, {"NodeType", "0"}}), "iot.check.InvalidFormattedParameter") << "too short";
  EXPECT_EQ(code({{"ProductName", std::string(31, 'a')}, {"NodeType", "0"}}), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(code({{"ProductName", "meters"}, {"NodeType", "2"}}), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(code({{"ProductName", "meters"}, {"NodeType", "zero"}}), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(code({{"ProductName", "meters"}, {"NodeType", "0"}, {"AuthType", "none"}}), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(code({{"ProductName", "product1"}, {"NodeType", "0"}}), "iot.prod.AlreadyExistedProductName");
  EXPECT_EQ(code({{"ProductName", "meters"}, {"NodeType", "0"}, {"IotInstanceId", "iot-nowhere"}}), "iot.system.InstanceNotFound");
  EXPECT_EQ(code({{"ProductName", "meters"}, {"NodeType", "0"}, {"IotInstanceId", std::string{other_enterprise}}}),
            "iot.common.AuthActionPermissionDeny");
  EXPECT_EQ(world.call("UpdateProduct", {{"ProductKey", key}, {"ProductName", "abc"}}).code(), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(world.call("DeleteProduct", {{"ProductKey", key}}).code(), "iot.system.IllegalRequest") << "it has a device";
  EXPECT_EQ(world.everything(), before);
}

TEST(ApiProducts, ANameOfFourCharactersMayHaveTwelveBytes) {
  ApiWorld world;
  EXPECT_TRUE(world.call("CreateProduct", {{"ProductName", "\xe6\xb8\xa9\xe5\xba\xa6\xe8\xae\xa1\xe5\x99\xa8"}, {"NodeType", "0"}}).ok());
}

TEST(ApiProducts, AnotherAccountSeesNone) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1"});
  const std::string before = world.everything();
  for (const std::string action : {"QueryProduct", "UpdateProduct", "DeleteProduct", "QueryDevice", "RegisterDevice", "QueryProductTopic"})
    EXPECT_EQ(world.call_as_other(action, {{"ProductKey", key}}).code(), "iot.prod.NotExistedProduct") << action;
  EXPECT_EQ(world.call_as_other("QueryDeviceDetail", {{"ProductKey", key}, {"DeviceName", "dev1"}}).code(), "iot.prod.NotExistedProduct");
  EXPECT_EQ(world.call_as_other("QueryProductList", {}).text("Data.Total"), "0");
  EXPECT_EQ(world.everything(), before);
}

TEST(ApiProducts, AreListedByPage) {
  ApiWorld world;
  std::set<std::string> made = {std::string{test_product}};
  for (int i = 0; i < 6; ++i) made.insert(world.make_product({}));
  std::set<std::string> listed;
  for (int page = 1; page <= 3; ++page) {
    const Answer answer = world.call("QueryProductList", {{"CurrentPage", std::to_string(page)}, {"PageSize", "3"}});
    EXPECT_EQ(answer.text("Data.Total"), "7");
    EXPECT_EQ(answer.text("Data.PageCount"), "3");
    for (int i = 0; i < answer.count("Data.List.ProductInfo"); ++i)
      listed.insert(answer.text("Data.List.ProductInfo." + std::to_string(i) + ".ProductKey"));
  }
  EXPECT_EQ(listed, made);
  EXPECT_EQ(world.call("QueryProductList", {{"PageSize", "201"}}).code(), "iot.common.InvalidPageParams");
  EXPECT_EQ(world.call("QueryProductList", {{"CurrentPage", "0"}}).code(), "iot.common.InvalidPageParams");
}

TEST(ApiProducts, LiveAtTheInstanceThatIsNamed) {
  ApiWorld world;
  const Answer made =
      world.call("CreateProduct", {{"ProductName", "meters"}, {"NodeType", "0"}, {"IotInstanceId", std::string{own_enterprise}}});
  ASSERT_TRUE(made.ok()) << made.body;
  const std::string key = made.text("ProductKey");
  EXPECT_EQ(world.call("QueryProduct", {{"ProductKey", key}}).code(), "iot.prod.NotExistedProduct") << "not at the public instance";
  EXPECT_TRUE(world.call("QueryProduct", {{"ProductKey", key}, {"IotInstanceId", std::string{own_enterprise}}}).ok());
}

TEST(ApiProducts, TooManyAreRefused) {
  PlatformConfig config = api_config();
  config.limits.products_per_account = 2;  // one is configured
  ApiWorld world(config);
  EXPECT_TRUE(world.call("CreateProduct", {{"ProductName", "meters"}, {"NodeType", "0"}}).ok());
  EXPECT_EQ(world.call("CreateProduct", {{"ProductName", "meters2"}, {"NodeType", "0"}}).code(), "iot.prod.ProductCountExceeded");
}

TEST(ApiTopics, AreAddedListedChangedAndRemoved) {
  ApiWorld world;
  const std::string key = world.make_product({});
  const Answer made =
      world.call("CreateProductTopic", {{"ProductKey", key}, {"TopicShortName", "news"}, {"Operation", "PUB"}, {"Desc", "d"}});
  ASSERT_TRUE(made.ok()) << made.body;
  const std::string id = made.text("TopicId");
  EXPECT_TRUE(world.call("CreateProductTopic", {{"ProductKey", key}, {"TopicShortName", "orders/+"}, {"Operation", "SUB"}}).ok());
  EXPECT_EQ(world.call("CreateProductTopic", {{"ProductKey", key}, {"TopicShortName", "news"}, {"Operation", "PUB"}}).code(),
            "iot.system.IllegalRequest");
  EXPECT_EQ(world.call("CreateProductTopic", {{"ProductKey", key}, {"TopicShortName", "a b"}, {"Operation", "PUB"}}).code(),
            "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(world.call("CreateProductTopic", {{"ProductKey", key}, {"TopicShortName", "c"}, {"Operation", "EAT"}}).code(),
            "iot.check.InvalidFormattedParameter");
  EXPECT_TRUE(world.call("UpdateProductTopic", {{"TopicId", id}, {"TopicShortName", "olds"}, {"Operation", "ALL"}}).ok());
  const Answer listed = world.call("QueryProductTopic", {{"ProductKey", key}});
  EXPECT_EQ(listed.count("Data.ProductTopicInfo"), 2);
  EXPECT_EQ(listed.text("Data.ProductTopicInfo.0.Id"), id);
  EXPECT_EQ(listed.text("Data.ProductTopicInfo.0.TopicShortName"), "olds");
  EXPECT_EQ(listed.text("Data.ProductTopicInfo.0.Operation"), "ALL");
  EXPECT_EQ(world.call_as_other("DeleteProductTopic", {{"TopicId", id}}).code(), "iot.prod.NotExistedProduct");
  EXPECT_TRUE(world.call("DeleteProductTopic", {{"TopicId", id}}).ok());
  EXPECT_EQ(world.call("DeleteProductTopic", {{"TopicId", id}}).code(), "iot.system.IllegalRequest") << "ids stay with their topics";
  EXPECT_EQ(world.call("QueryProductTopic", {{"ProductKey", key}}).text("Data.ProductTopicInfo.0.TopicShortName"), "orders/+");
}

TEST(ApiModel, FeaturesAndScriptsAreStored) {
  ApiWorld world;
  const std::string key = world.make_product({});
  const std::string tsl = R"({"properties":[{"identifier":"power"}]})";
  EXPECT_TRUE(world.call("ImportThingModelTsl", {{"ProductKey", key}, {"TslStr", tsl}}).ok());
  EXPECT_EQ(world.call("GetThingModelTsl", {{"ProductKey", key}}).text("Data.TslStr"), tsl);
  EXPECT_EQ(world.call("ImportThingModelTsl", {{"ProductKey", key}, {"TslStr", "{\"a\":"}}).code(), "iot.system.JsonParseError");
  EXPECT_EQ(world.call("ImportThingModelTsl", {{"ProductKey", key}, {"TslStr", "[1]"}}).code(), "iot.system.JsonParseError");
  EXPECT_EQ(world.call("GetThingModelTsl", {{"ProductKey", key}}).text("Data.TslStr"), tsl);

  const CallParameters script = {{"ProductKey", key}, {"ScriptContent", "function rawDataToProtocol(b) {}"}, {"ScriptType", "JavaScript"}};
  EXPECT_EQ(world.call("GetThingScript", {{"ProductKey", key}}).code(), "iot.system.IllegalRequest");
  EXPECT_EQ(world.call("UpdateThingScript", script).code(), "iot.system.IllegalRequest") << "there is none to update";
  EXPECT_TRUE(world.call("CreateThingScript", script).ok());
  EXPECT_EQ(world.call("CreateThingScript", script).code(), "iot.system.IllegalRequest");
  const std::string url = world.call("GetThingScript", {{"ProductKey", key}}).text("Data.ScriptUrl");
  const Answer file = world.send("GET " + url.substr(url.find("/files/")) + " HTTP/1.1\r\n\r\n");
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.body, "function rawDataToProtocol(b) {}");
}

/// All that the product page's tabs show, as one text. The other account is the recipient.
std::string read_as_recipient(ApiWorld& world, const std::string& key) {
  const CallParameters product = {{"ProductKey", key}, {"IotInstanceId", std::string{singapore}}};
  const Answer seen = world.call_as_other("QueryProduct", product);
  const Answer topics = world.call_as_other("QueryProductTopic", product);
  const Answer features = world.call_as_other("GetThingModelTsl", product);
  const Answer script = world.call_as_other("GetThingScript", product);
  if (!seen.ok()) return seen.code() + " " + topics.code() + " " + features.code() + " " + script.code();
  std::string text = seen.text("Data.ProductName") + "|" + seen.text("Data.Description") + "|" + seen.text("Data.NodeType");
  for (int i = 0; i < topics.count("Data.ProductTopicInfo"); ++i) {
    const std::string at = "Data.ProductTopicInfo." + std::to_string(i) + ".";
    text += "|" + topics.text(at + "TopicShortName") + " " + topics.text(at + "Operation") + " " + topics.text(at + "Desc");
  }
  const std::string url = script.text("Data.ScriptUrl");
  const std::size_t path = url.find("/files/");
  return text + "|" + features.text("Data.TslStr") + "|" +
         (path == std::string::npos ? script.code() : world.send("GET " + url.substr(path) + " HTTP/1.1\r\n\r\n").body);
}

TEST(ApiCopies, ShowTheRecipientInformationTopicsFeaturesAndScript) {  // RULES.md, rule 25
  ApiWorld world;
  const std::string key = world.make_product({"dev1"});
  const auto must = [&](const std::string& action, const CallParameters& parameters) {
    const Answer done = world.call(action, joined({{"ProductKey", key}}, parameters));
    EXPECT_TRUE(done.ok()) << done.body;
  };
  must("UpdateProduct", {{"ProductName", "meters"}, {"Description", "they count"}});
  must("CreateProductTopic", {{"TopicShortName", "news"}, {"Operation", "PUB"}, {"Desc", "of the day"}});
  must("ImportThingModelTsl", {{"TslStr", R"({"properties":[{"identifier":"level"}]})"}});
  must("CreateThingScript", {{"ScriptContent", "function f() {}"}, {"ScriptType", "JavaScript"}});
  const std::string none = "iot.prod.NotExistedProduct";
  EXPECT_EQ(read_as_recipient(world, key), none + " " + none + " " + none + " " + none) << "before it was sent there";
  give_away(world, key, "dev1");
  EXPECT_EQ(read_as_recipient(world, key),
            R"(meters|they count|0|news PUB of the day|{"properties":[{"identifier":"level"}]}|function f() {})");
  const Answer seen = world.call_as_other("QueryProduct", {{"ProductKey", key}, {"IotInstanceId", std::string{singapore}}});
  EXPECT_EQ(seen.text("Data.Owner"), "false");
  EXPECT_EQ(seen.text("Data.ProductSecret"), "") << "its devices' certificates move, its own secret does not";
}

TEST(ApiCopies, ShowWhatTheOwnerChangesAfterwards) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1"});
  give_away(world, key, "dev1");
  ASSERT_TRUE(world.call("UpdateProduct", {{"ProductKey", key}, {"ProductName", "meters"}, {"Description", "newer"}}).ok());
  ASSERT_TRUE(world.call("CreateProductTopic", {{"ProductKey", key}, {"TopicShortName", "late"}, {"Operation", "SUB"}}).ok());
  ASSERT_TRUE(world.call("ImportThingModelTsl", {{"ProductKey", key}, {"TslStr", R"({"events":[]})"}}).ok());
  ASSERT_TRUE(
      world.call("CreateThingScript", {{"ProductKey", key}, {"ScriptContent", "function g() {}"}, {"ScriptType", "JavaScript"}}).ok());
  EXPECT_EQ(read_as_recipient(world, key), R"(meters|newer|0|late SUB |{"events":[]}|function g() {})");
}

TEST(ApiSharing, LetsTheOtherAccountNeitherSeeNorManageIt) {
  for (const std::string kind : {"authorize", "transfer"}) {
    ApiWorld world;
    const std::string key = world.make_product({"dev1"});
    const std::string device = "/products/" + key + "/devices/dev1/";
    ASSERT_EQ(console_post(world, "198000", device + kind, R"({"target_account":"198001"})").status, 200);
    const std::string before = world.everything();
    for (const std::string action :
         {"QueryProduct", "QueryDevice", "QueryDeviceDetail", "DisableThing", "DeleteDevice", "SetDeviceProperty"})
      EXPECT_EQ(world.call_as_other(action, {{"ProductKey", key}, {"DeviceName", "dev1"}, {"Items", "{}"}}).code(),
                "iot.prod.NotExistedProduct")
          << action << " " << kind;
    EXPECT_EQ(console_get(world, "198001", "/products").text("total"), "0");
    EXPECT_EQ(world.everything(), before);
    EXPECT_TRUE(world.call("DisableThing", {{"ProductKey", key}, {"DeviceName", "dev1"}}).ok()) << "its owner's as before";
  }
}

}  // namespace
}  // namespace fleetsim::platform
