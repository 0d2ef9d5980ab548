// What the management endpoint counts: limits that its callers run into, and each call with its action, code and moment; and how it
// behaves while the platform drains.
#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "api_world.hpp"

#include "platform-mock/core/api/action_table.hpp"
#include "platform-mock/core/api/api_observer.hpp"
#include "platform-mock/core/http/management_service.hpp"
#include "tests/platform-mock/broker_world.hpp"

namespace fleetsim::platform {
namespace {

using Counted = std::vector<std::pair<std::string, std::uint64_t>>;

Counted reached(ApiWorld& world) {
  Counted found;
  for (std::size_t i = 0; i < limit_kinds; ++i)
    if (const std::uint64_t count = world.platform.limits_reached().of(static_cast<LimitKind>(i)); count > 0)
      found.emplace_back(limit_names[i], count);
  return found;
}

template <class Change>
PlatformConfig with(const Change& change) {
  PlatformConfig config = api_config();
  change(config);
  return config;
}

struct Told {
  std::string action;
  std::string code;
  Instant asked;
};

class Listener final : public ApiObserver {
 public:
  void answered(const AnsweredCall& call) override {
    told.push_back({call.action ? std::string{action_table()[*call.action].name} : "", std::string{call.code}, call.asked});
  }
  std::vector<Told> told;
};

TEST(ApiLimitCounts, ThrottledCalls) {
  ApiWorld world(with([](PlatformConfig& config) { config.api.qps = {{"QueryProductList", 2}}; }));
  for (int i = 0; i < 5; ++i) world.call("QueryProductList", {});
  EXPECT_EQ(reached(world), (Counted{{"api_calls_per_second", 3}}));
}

TEST(ApiLimitCounts, GroupsOfADeviceAndPermitsToUpload) {
  ApiWorld world(with([](PlatformConfig& config) { config.limits.mode = LimitsMode::unlimited; }));
  const std::string key = world.make_product({"dev1"});
  for (int i = 0; i < 11; ++i) {
    const std::string group = world.call("CreateDeviceGroup", {{"GroupName", "group_" + std::to_string(i)}}).text("Data.GroupId");
    world.call("BatchAddDeviceGroupRelations", {{"GroupId", group}, {"Device.1.ProductKey", key}, {"Device.1.DeviceName", "dev1"}});
  }
  for (std::size_t i = 0; i < 1001; ++i) world.call("GenerateOTAUploadURL", {});
  EXPECT_EQ(reached(world), (Counted{{"groups_per_device", 1}, {"upload_permits", 1}}));
}

TEST(ApiLimitCounts, ProductsDevicesAndTopicCategories) {
  ApiWorld world(with([](PlatformConfig& config) {
    config.limits.products_per_account = 2;
    config.limits.devices_per_product = 1;
    config.api.qps_undocumented = 10000;
    config.api.qps = {{"CreateProduct", 1000}, {"RegisterDevice", 1000}, {"CreateProductTopic", 1000}};
  }));
  const std::string key = world.make_product({"dev1"});
  EXPECT_EQ(reached(world), Counted{});
  EXPECT_EQ(world.call("RegisterDevice", {{"ProductKey", key}, {"DeviceName", "dev2"}}).code(), "iot.device.DeviceCountExceeded");
  EXPECT_EQ(reached(world), (Counted{{"devices_per_product", 1}}));
  EXPECT_EQ(world.call("CreateProduct", {{"ProductName", "one too many"}, {"NodeType", "0"}}).code(), "iot.prod.ProductCountExceeded");
  EXPECT_EQ(world.platform.limits_reached().of(LimitKind::products_per_account), 1U);
  std::string code;
  for (int i = 0; i < 200 && code != "iot.system.IllegalRequest"; ++i)
    code =
        world.call("CreateProductTopic", {{"ProductKey", key}, {"TopicShortName", "t" + std::to_string(i)}, {"Operation", "ALL"}}).code();
  EXPECT_EQ(code, "iot.system.IllegalRequest");
  EXPECT_EQ(world.platform.limits_reached().of(LimitKind::topic_categories_per_product), 1U);
}

TEST(ApiLimitCounts, NoncesAndApplicationsThatAreForgottenEarly) {
  ApiWorld world(with([](PlatformConfig& config) {
    config.limits.mode = LimitsMode::unlimited;
    config.api.nonces = 20;
  }));
  for (int i = 0; i < 20; ++i) world.call("QueryProductList", {});
  EXPECT_EQ(reached(world), Counted{}) << "the older half is full of nothing yet";
  for (int i = 0; i < 10; ++i) world.call("QueryProductList", {});
  EXPECT_EQ(reached(world), (Counted{{"api_nonces", 1}}));
  ApiState state(1);
  LimitCounts limits;
  state.count(&limits);
  for (std::size_t i = 0; i < default_limits.api_applications + 3; ++i) state.add({});
  EXPECT_EQ(limits.of(LimitKind::api_applications), 3U);
}

TEST(ApiLimitCounts, HttpRequests) {
  ApiWorld world(with([](PlatformConfig& config) {
    config.limits.management_requests_per_connection = 2;
    config.limits.management_body_bytes = 4096;
  }));
  world.send("GET /" + std::string(20'000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n");
  world.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'x'));
  const ConnectionId connection = world.connect();
  world.platform.received(connection, bytes_of("GET /"), world.now, world.output);
  world.pass(std::chrono::seconds{11});
  EXPECT_EQ(reached(world), (Counted{{"http_request_timeout", 1}, {"http_header", 1}, {"http_body", 1}}));
  const ConnectionId kept = world.connect();
  const auto ask = [&] {
    world.platform.received(kept, bytes_of("GET /x HTTP/1.1\r\nHost: x\r\n\r\n"), world.now, world.output);
    return world.take(kept).head;
  };
  EXPECT_EQ(ask().find("Connection: close"), std::string::npos);
  EXPECT_NE(ask().find("Connection: close"), std::string::npos);
  EXPECT_EQ(world.platform.limits_reached().of(LimitKind::http_requests_per_connection), 1U);
}

TEST(ApiLimitCounts, JobsAndTheConsolesDeviceLists) {
  ApiWorld world(with([](PlatformConfig& config) {
    config.limits.devices_per_job = 1;
    config.limits.device_list_bytes = 20;
  }));
  const std::string key = world.make_product({"dev1", "dev2"});
  const Answer refused = world.call("CreateDeviceDistributeJob", {{"ProductKey", key},
                                                                  {"DeviceName.1", "dev1"},
                                                                  {"DeviceName.2", "dev2"},
                                                                  {"SourceInstanceId", "iotx-oxssharez200"},
                                                                  {"TargetInstanceConfig.1.TargetInstanceId", "iotx-oxssharez400"},
                                                                  {"TargetUid", "198000"},
                                                                  {"Strategy", "0"}});
  EXPECT_EQ(refused.code(), "iot.device.DeviceCountExceeded") << refused.body;
  EXPECT_EQ(reached(world), (Counted{{"devices_per_job", 1}}));
  const std::string csv = "deviceName\r\ndev1\r\ndev2\r\n";
  world.send("POST /console/api/device-lists HTTP/1.1\r\nHost: x\r\nX-Fleetsim-Account: 198000\r\nContent-Length: " +
             std::to_string(csv.size()) + "\r\n\r\n" + csv);
  EXPECT_EQ(reached(world), (Counted{{"devices_per_job", 1}, {"device_list", 1}}));
}

TEST(ApiObserver, HearsEachCallWithActionAndCode) {
  ApiWorld world;
  Listener listener;
  world.platform.observe_api(&listener);
  world.call("QueryProductList", {});
  world.call("QueryProduct", {{"ProductKey", "a1Nothing00"}});
  world.call("NoSuchAction", {});
  Signing wrong;
  wrong.secret = "guess";
  world.call("QueryProduct", {{"ProductKey", "x"}}, wrong);
  ASSERT_EQ(listener.told.size(), 4U);
  EXPECT_EQ(listener.told[0].action + " " + listener.told[0].code, "QueryProductList Success");
  EXPECT_EQ(listener.told[0].asked, world.now);
  EXPECT_EQ(listener.told[1].action + " " + listener.told[1].code, "QueryProduct iot.prod.NotExistedProduct");
  EXPECT_EQ(listener.told[2].action + " " + listener.told[2].code, " InvalidAction.NotFound");
  EXPECT_EQ(listener.told[3].action + " " + listener.told[3].code, "QueryProduct SignatureDoesNotMatch");
}

/// A device that is online and hears calls, and an RRpc to it that it has not answered yet.
class Waiting : public ::testing::Test {
 protected:
  Waiting() {
    EXPECT_FALSE(world.platform.registry().add_device("a1TestPK001", "lamp1", "secret"));
    world.platform.observe_api(&listener);
    device = world.platform.accept_mqtt(InstanceIndex{0}, {}, world.now, world.output);
    const broker_test::ConnectFields fields = broker_test::signed_fields("lamp1", {.more = ",_ss=1"});
    world.platform.received(device, bytes_of(broker_test::connect_packet(fields)), world.now, world.output);
    caller = world.connect();
    const CallParameters call = {
        {"ProductKey", "a1TestPK001"}, {"DeviceName", "lamp1"}, {"Timeout", "5000"}, {"RequestBase64Byte", "aGVsbG8="}};
    world.platform.received(caller, bytes_of(world.signed_request("RRpc", call, {})), world.now, world.output);
  }

  /// The device answers the call that came last.
  void answer() {
    const std::string& heard = world.output.sent[device];
    const std::size_t at = heard.rfind("rrpc/request/") + std::string_view{"rrpc/request/"}.size();
    const std::string id = heard.substr(at, heard.find("hello", at) - at);
    const std::string packet = broker_test::publish({.topic = broker_test::sys("lamp1", "rrpc/response/" + id), .payload = "pong"});
    world.platform.received(device, bytes_of(packet), world.now, world.output);
  }

  ApiWorld world;
  Listener listener;
  ConnectionId device;
  ConnectionId caller;
};

TEST_F(Waiting, ALateAnswerIsToldWithTheMomentOfItsQuestion) {
  EXPECT_EQ(world.platform.levels().open_answers, 1U);
  const Instant asked = world.now;
  world.now += std::chrono::milliseconds{300};
  answer();
  EXPECT_EQ(world.take(caller).text("PayloadBase64Byte"), "cG9uZw==");
  ASSERT_EQ(listener.told.size(), 1U);
  EXPECT_EQ(listener.told[0].action + " " + listener.told[0].code, "RRpc Success");
  EXPECT_EQ(listener.told[0].asked, asked);
  EXPECT_EQ(world.platform.levels().open_answers, 0U);
}

TEST_F(Waiting, ADrainWaitsForTheAnswerAndRefusesTheNextCall) {
  world.platform.refuse_newcomers(world.now, world.output);
  EXPECT_TRUE(world.platform.is_busy());
  EXPECT_EQ(world.call("QueryProductList", {}).status, 503);
  answer();
  const Answer got = world.take(caller);
  EXPECT_EQ(got.text("PayloadBase64Byte"), "cG9uZw==") << got.body;
  EXPECT_NE(got.head.find("Connection: close"), std::string::npos);
  EXPECT_FALSE(world.platform.is_busy());
}

TEST_F(Waiting, ADrainThatCanWaitNoLongerAnswers503AndEndsTheSession) {
  world.platform.drain(world.now, world.output);
  const Answer got = world.take(caller);
  EXPECT_EQ(got.status, 503);
  EXPECT_EQ(got.code(), "ServiceUnavailable");
  EXPECT_FALSE(world.platform.is_busy());
  EXPECT_EQ(world.platform.statistics().sessions_online, 0U);
  EXPECT_NE(std::find(world.output.closed.begin(), world.output.closed.end(), device), world.output.closed.end());
}

TEST(ApiDrain, RefusesNewCallsOfBothApisAndClosesBehindTheAnswer) {
  ApiWorld world;
  Listener listener;
  world.platform.observe_api(&listener);
  EXPECT_FALSE(world.platform.is_busy());
  world.platform.refuse_newcomers(world.now, world.output);
  const Answer refused = world.call("QueryProductList", {});
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.code(), "ServiceUnavailable");
  EXPECT_NE(refused.head.find("Connection: close"), std::string::npos);
  const Answer console = world.send("GET /console/api/account HTTP/1.1\r\nHost: x\r\nX-Fleetsim-Account: 198000\r\n\r\n");
  EXPECT_EQ(console.status, 503);
  ASSERT_EQ(listener.told.size(), 1U);
  EXPECT_EQ(listener.told[0].code, "ServiceUnavailable");
}

TEST(BootstrapDrain, ClosesIdleConnectionsAndMakesEachAnswerTheLastOfItsOwn) {
  ApiWorld world;
  const std::string request = "GET /auth/bootstrap/regionId/4 HTTP/1.1\r\nHost: x\r\n\r\n";
  const auto ask = [&](ConnectionId id, std::string_view bytes) {
    world.platform.received(id, bytes_of(bytes), world.now, world.output);
    return world.take(id).head;
  };
  const auto is_closed = [&](ConnectionId id) {
    return std::find(world.output.closed.begin(), world.output.closed.end(), id) != world.output.closed.end();
  };
  const ConnectionId idle = world.platform.accept_bootstrap({}, world.now, world.output);
  const ConnectionId kept_alive = world.platform.accept_bootstrap({}, world.now, world.output);
  const ConnectionId asking = world.platform.accept_bootstrap({}, world.now, world.output);
  EXPECT_EQ(ask(kept_alive, request).find("Connection: close"), std::string::npos);
  ask(asking, request.substr(0, 20));
  ASSERT_FALSE(is_closed(kept_alive));

  world.platform.refuse_newcomers(world.now, world.output);
  EXPECT_TRUE(is_closed(idle));
  EXPECT_TRUE(is_closed(kept_alive));
  EXPECT_EQ(ask(kept_alive, request), "") << "it is answered no more";
  EXPECT_FALSE(is_closed(asking)) << "its request is running";
  const std::string last = ask(asking, request.substr(20) + request);
  EXPECT_TRUE(last.starts_with("HTTP/1.1 200 OK")) << last;
  EXPECT_NE(last.find("Connection: close"), std::string::npos) << last;
  EXPECT_TRUE(is_closed(asking));
}

TEST(ManagementAnswers, AreCountedByPartAndStatus) {
  ApiWorld world;
  world.call("QueryProductList", {});
  world.call("QueryProductList", {});
  world.send("GET /console/api/account HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto& answered = world.platform.management().answered();
  ASSERT_EQ(answered.size(), 2U);
  EXPECT_EQ(answered[0].part, "/");
  EXPECT_EQ(answered[0].status, 200);
  EXPECT_EQ(answered[0].count, 2U);
  EXPECT_EQ(answered[1].part, "/console/api");
  EXPECT_EQ(answered[1].status, 401);
}

}  // namespace
}  // namespace fleetsim::platform
