// The management API asked without a request, by whoever holds the platform: the same answers, and nobody has to sign.
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "api_world.hpp"

#include "platform-mock/core/api/api_service.hpp"
#include "tests/platform-mock/broker_world.hpp"

namespace fleetsim::platform {
namespace {

using namespace std::chrono_literals;

/// But for the ids of both, which are new each time.
std::string without_id(std::string body) {
  const std::size_t at = body.find("\"RequestId\":\"");
  return at == std::string::npos ? body : body.replace(at, 13 + 36, "");
}

std::string ask(ApiWorld& world, std::string_view action, std::string_view parameters, AccountIndex account = AccountIndex{0}) {
  return api_of(world.platform).call({.action = action, .parameters = parameters, .account = account}, world.now, world.output).body;
}

TEST(ApiDirect, AnswersAreThoseOfSignedRequests) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1"});
  const Answer made = world.call("QueryDeviceDetail", {{"ProductKey", key}, {"DeviceName", "dev1"}});
  ASSERT_TRUE(made.ok()) << made.body;
  EXPECT_EQ(without_id(ask(world, "QueryDeviceDetail", "ProductKey=" + key + "&DeviceName=dev1")), without_id(made.body));
  const Answer refused = world.call("QueryDeviceDetail", {{"ProductKey", key}, {"DeviceName", "ghost"}});
  EXPECT_EQ(refused.code(), "iot.device.NotExistedDevice");
  EXPECT_EQ(without_id(ask(world, "QueryDeviceDetail", "ProductKey=" + key + "&DeviceName=ghost")), without_id(refused.body));
}

TEST(ApiDirect, WhatIsNoCallIsRefusedAsOverHttp) {
  ApiWorld world;
  EXPECT_NE(ask(world, "NoSuchAction", "").find("\"Code\":\"InvalidAction.NotFound\""), std::string::npos);
  EXPECT_NE(ask(world, "QueryProduct", "ProductKey=a&ProductKey=b").find("given twice"), std::string::npos);
  EXPECT_NE(ask(world, "QueryProduct", "").find("MissingParameter"), std::string::npos);
}

TEST(ApiDirect, TheAccountDecidesWhatIsInSight) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1"});
  EXPECT_NE(ask(world, "QueryProduct", "ProductKey=" + key).find("\"Success\":true"), std::string::npos);
  EXPECT_NE(ask(world, "QueryProduct", "ProductKey=" + key, AccountIndex{1}).find("iot.prod.NotExistedProduct"), std::string::npos);
}

TEST(ApiDirect, NobodysRateCounts) {
  ApiWorld world;
  world.make_product({"dev1"});
  for (int i = 0; i < 100; ++i)
    ASSERT_EQ(ask(world, "ListDeviceDistributeJob", "CurrentPage=1&PageSize=10").find("Throttling"), std::string::npos);
}

TEST(ApiDirect, AnAnswerThatComesLaterIsThereOnceAndInTime) {
  ApiWorld world;
  ASSERT_FALSE(world.platform.registry().add_device("a1TestPK001", "lamp1", "secret"));
  const ConnectionId device = world.platform.accept_mqtt(InstanceIndex{0}, {}, world.now, world.output);
  const broker_test::ConnectFields fields = broker_test::signed_fields("lamp1", {.more = ",_ss=1"});
  world.platform.received(device, bytes_of(broker_test::connect_packet(fields)), world.now, world.output);
  ApiService& api = api_of(world.platform);
  const DirectCall call{.action = "RRpc",
                        .parameters = "ProductKey=a1TestPK001&DeviceName=lamp1&Timeout=5000&RequestBase64Byte=aGVsbG8%3D",
                        .account = AccountIndex{0}};
  const DirectAnswer promised = api.call(call, world.now, world.output);
  ASSERT_TRUE(promised.ticket);
  EXPECT_EQ(promised.body, "");
  EXPECT_EQ(api.take_late(*promised.ticket, world.now), std::nullopt);

  const std::string& heard = world.output.sent[device];
  const std::size_t at = heard.rfind("rrpc/request/") + std::string_view{"rrpc/request/"}.size();
  const std::string id = heard.substr(at, heard.find("hello", at) - at);
  const std::string packet = broker_test::publish({.topic = broker_test::sys("lamp1", "rrpc/response/" + id), .payload = "pong"});
  world.platform.received(device, bytes_of(packet), world.now, world.output);
  const auto late = api.take_late(*promised.ticket, world.now);
  ASSERT_TRUE(late);
  EXPECT_NE(late->find("\"PayloadBase64Byte\":\"cG9uZw==\""), std::string::npos) << *late;
  EXPECT_EQ(api.take_late(*promised.ticket, world.now + 1h), std::nullopt) << "it was taken";

  const DirectAnswer second = api.call(call, world.now, world.output);
  ASSERT_TRUE(second.ticket);
  const auto given_up = api.take_late(*second.ticket, world.now + 7s);
  ASSERT_TRUE(given_up);
  EXPECT_NE(given_up->find("\"RrpcCode\":\"TIMEOUT\""), std::string::npos) << *given_up;
  EXPECT_EQ(world.platform.levels().open_answers, 0U);
}

}  // namespace
}  // namespace fleetsim::platform
