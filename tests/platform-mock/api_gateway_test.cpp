// What the gateway in front of every action refuses, and that a refused call changes nothing.
#include <algorithm>
#include <gtest/gtest.h>
#include <set>
#include <string>

#include "api_world.hpp"

#include "platform-mock/core/api/action_table.hpp"

namespace fleetsim::platform {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const CallParameters a_product = {{"ProductName", "meters"}, {"NodeType", "0"}};

TEST(ApiGateway, AnswersASignedCall) {
  ApiWorld world;
  const Answer made = world.call("CreateProduct", a_product);
  EXPECT_EQ(made.status, 200);
  EXPECT_EQ(made.text("Success"), "true");
  EXPECT_EQ(made.text("RequestId").size(), 36U);
  EXPECT_EQ(made.text("Code"), "?") << "an SDK takes any Code for a failure";
  EXPECT_NE(made.head.find("\r\nContent-Type: application/json;charset=utf-8"), std::string::npos);
}

TEST(ApiGateway, TakesGetAndPost) {
  ApiWorld world;
  Signing get;
  get.method = "GET";
  EXPECT_TRUE(world.call("CreateProduct", a_product, get).ok());
  EXPECT_EQ(world.call("QueryProductList", {}).text("Data.List.ProductInfo.1.ProductName"), "meters") << "beside the configured one";
}

TEST(ApiGateway, RefusesAnUnknownKey) {
  ApiWorld world;
  const std::string before = world.everything();
  Signing stranger;
  stranger.key = "nobody";
  const Answer refused = world.call("CreateProduct", a_product, stranger);
  EXPECT_EQ(refused.status, 404);
  EXPECT_EQ(refused.code(), "InvalidAccessKeyId.NotFound");
  EXPECT_EQ(refused.text("HostId"), "127.0.0.1:18080");
  EXPECT_NE(refused.text("Message"), "?");
  EXPECT_NE(refused.text("Recommend"), "?");
  EXPECT_EQ(refused.text("Success"), "?") << "that is the business's word";
  EXPECT_EQ(world.everything(), before);
}

TEST(ApiGateway, RefusesAWrongSignatureAndTellsNoSecret) {
  ApiWorld world;
  const std::string before = world.everything();
  Signing wrong;
  wrong.secret = "testsecre";
  const Answer refused = world.call("CreateProduct", a_product, wrong);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.code(), "SignatureDoesNotMatch");
  EXPECT_EQ(refused.body.find("testsecret"), std::string::npos);
  Signing others;
  others.key = "otherid";
  EXPECT_EQ(world.call("CreateProduct", a_product, others).code(), "SignatureDoesNotMatch") << "the secret of another account";
  EXPECT_EQ(world.everything(), before);
}

TEST(ApiGateway, RefusesARequestThatWasChangedOnItsWay) {
  ApiWorld world;
  std::string request = world.signed_request("CreateProduct", a_product, {});
  request.replace(request.find("meters"), 6, "meterz");
  EXPECT_EQ(world.send(request).code(), "SignatureDoesNotMatch");
}

TEST(ApiGateway, TakesANonceOnce) {
  ApiWorld world;
  const std::string request = world.signed_request("CreateProduct", a_product, {});
  EXPECT_TRUE(world.send(request).ok());
  const std::string before = world.everything();
  const Answer again = world.send(request);
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(again.code(), "SignatureNonceUsed");
  EXPECT_EQ(world.everything(), before);
}

TEST(ApiGateway, DoesNotCountTheNonceOfAForgedRequest) {
  ApiWorld world;
  Signing forged;
  forged.secret = "guessed";
  forged.nonce = "the-victims-next-nonce";
  world.call("CreateProduct", a_product, forged);
  Signing real;
  real.nonce = forged.nonce;
  EXPECT_TRUE(world.call("CreateProduct", a_product, real).ok());
}

TEST(ApiGateway, TakesTimesWithinAQuarterOfAnHour) {
  ApiWorld world;
  for (const std::int64_t ahead : {-900, 900}) {
    Signing late;
    late.seconds_ahead = ahead;
    EXPECT_TRUE(world.call("QueryProductList", {}, late).ok()) << ahead;
    late.seconds_ahead = ahead < 0 ? ahead - 1 : ahead + 1;
    EXPECT_EQ(world.call("QueryProductList", {}, late).code(), "InvalidTimeStamp.Expired") << ahead;
  }
}

TEST(ApiGateway, ClockSkewIsASetting) {
  PlatformConfig config = api_config();
  config.api.clock_skew = seconds{10};
  ApiWorld world(config);
  Signing late;
  late.seconds_ahead = -11;
  EXPECT_EQ(world.call("QueryProductList", {}, late).code(), "InvalidTimeStamp.Expired");
}

TEST(ApiGateway, ServesJsonAndSaysSo) {
  ApiWorld world;
  const Answer refused = world.call("QueryProductList", {{"Format", "XML"}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.code(), "InvalidParameter");
  EXPECT_NE(refused.text("Message").find("JSON is served"), std::string::npos);
}

TEST(ApiGateway, RefusesWhatItDoesNotServe) {
  ApiWorld world;
  EXPECT_EQ(world.call("CreateRocket", {}).code(), "InvalidAction.NotFound");
  EXPECT_EQ(world.call("CreateRocket", {}).status, 404);
  EXPECT_EQ(world.call("createproduct", a_product).code(), "InvalidAction.NotFound");
  EXPECT_EQ(world.send("GET / HTTP/1.1\r\n\r\n").code(), "MissingParameter");
  EXPECT_EQ(world.send("GET /path HTTP/1.1\r\n\r\n").status, 404);
  const Answer put = world.send("PUT / HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(put.status, 405);
  EXPECT_NE(put.head.find("Allow: GET, POST"), std::string::npos);
}

TEST(ApiGateway, CallsPerSecondAreLimitedForEachAccountAndAction) {
  PlatformConfig config = api_config();
  config.api.qps = {{"QueryProductList", 3}};
  ApiWorld world(config);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(world.call("QueryProductList", {}).ok());
  const Answer refused = world.call("QueryProductList", {});
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.code(), "Throttling.User");
  EXPECT_TRUE(world.call_as_other("QueryProductList", {}).ok());
  EXPECT_TRUE(world.call("QueryDeviceStatistics", {}).ok());
  world.now += seconds{1};
  EXPECT_TRUE(world.call("QueryProductList", {}).ok());
}

TEST(ApiGateway, TheDocumentedFiguresHoldUnlessLimitsAreOff) {
  ApiWorld documented;
  for (int i = 0; i < 2; ++i) EXPECT_NE(documented.call("DeleteDeviceDistributeJob", {{"JobId", "j"}}).code(), "Throttling.User");
  EXPECT_EQ(documented.call("DeleteDeviceDistributeJob", {{"JobId", "j"}}).code(), "Throttling.User");
  PlatformConfig config = api_config();
  config.limits.mode = LimitsMode::unlimited;
  ApiWorld unlimited(config);
  for (int i = 0; i < 200; ++i) EXPECT_TRUE(unlimited.call("QueryProductList", {}).ok());
}

TEST(ApiGateway, DistributionIsAnsweredAtShanghaiAlone) {
  ApiWorld world;
  Signing singapore;
  singapore.host = "iot.ap-southeast-1.aliyuncs.com";
  const Answer refused = world.call("ListDeviceDistributeJob", {{"PageSize", "10"}}, singapore);
  EXPECT_EQ(refused.status, 404);
  EXPECT_EQ(refused.code(), "InvalidAction.NotFound");
  EXPECT_TRUE(world.call("QueryProductList", {}, singapore).ok());
  Signing shanghai;
  shanghai.host = "iot.cn-shanghai.aliyuncs.com:80";
  EXPECT_TRUE(world.call("ListDeviceDistributeJob", {{"PageSize", "10"}}, shanghai).ok());

  PlatformConfig config = api_config();
  config.api.region = RegionId{"ap-southeast-1"};
  ApiWorld elsewhere(config);
  EXPECT_EQ(elsewhere.call("ListDeviceDistributeJob", {{"PageSize", "10"}}).code(), "InvalidAction.NotFound");
}

TEST(ApiGateway, KeepsTheConnectionAndAnswersInOrder) {
  ApiWorld world;
  const ConnectionId connection = world.connect();
  const std::string two = world.signed_request("QueryProductList", {}, {}) + world.signed_request("CreateRocket", {}, {});
  for (const char byte : two) world.platform.received(connection, bytes_of({&byte, 1}), world.now, world.output);
  const std::string answers = world.output.sent[connection];
  const std::size_t first = answers.find("\"ProductInfo\"");
  const std::size_t second = answers.find("InvalidAction.NotFound");
  ASSERT_NE(first, std::string::npos);
  ASSERT_NE(second, std::string::npos);
  EXPECT_LT(first, second);
  EXPECT_TRUE(world.output.closed.empty());
}

TEST(ApiGateway, ARunIsTheSameForTheSameSeed) {
  const auto run = [] {
    ApiWorld world;
    const std::string key = world.make_product({"dev1", "dev2"});
    return world.call("QueryDevice", {{"ProductKey", key}}).body;
  };
  EXPECT_EQ(run(), run());
}

TEST(ActionTable, IsSortedByName) {
  const auto rows = action_table();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(find_action(rows[i].name), i);
    EXPECT_TRUE(i == 0 || rows[i - 1].name < rows[i].name) << rows[i].name;
    EXPECT_NE(rows[i].run, nullptr);
  }
}

// Whatever an action needs, a call without it is refused and changes nothing.
TEST(ActionTable, NoActionDoesAnythingWithoutItsParameters) {
  PlatformConfig config = api_config();
  config.limits.mode = LimitsMode::unlimited;
  ApiWorld world(config);
  const std::string before = world.everything();
  const std::set<std::string_view> needs_nothing = {"GenerateOTAUploadURL", "ListOTAFirmware", "QueryDeviceGroupList",
                                                    "QueryDeviceStatistics", "QueryProductList"};
  for (const ActionRow& row : action_table()) {
    const Answer answer = world.call(row.name, {});
    if (needs_nothing.contains(row.name)) {
      EXPECT_TRUE(answer.ok()) << row.name;
    } else {
      EXPECT_EQ(answer.code(), "MissingParameter") << row.name << ": " << answer.body;
    }
    EXPECT_EQ(world.everything(), before) << row.name;
  }
}

}  // namespace
}  // namespace fleetsim::platform
