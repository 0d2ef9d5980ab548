// What devices send: QoS rules, whose topics, SUBSCRIBE, and the thing model's replies.
#include <gtest/gtest.h>

#include "platform-mock/core/mqtt/topic_rules.hpp"
#include "tests/platform-mock/broker_world.hpp"

namespace fleetsim::platform::broker_test {
namespace {

const SignedConnect auto_subscribed{.more = ",_ss=1"};
const mqtt::DeviceNames names{.product_key = "a1TestPK001", .device_name = "dev1"};

std::string custom(std::string_view tail) { return "/a1TestPK001/dev1/user/" + std::string(tail); }

TEST(TopicRules, GiveADeviceItsOwnTopicsAndNoOthers) {
  for (const std::string_view own : {"/sys/a1TestPK001/dev1/thing/event/property/post", "/ota/device/inform/a1TestPK001/dev1",
                                     "/ext/ntp/a1TestPK001/dev1/request", "/shadow/update/a1TestPK001/dev1", "/a1TestPK001/dev1/user/x",
                                     "/ext/register", "/ext/rrpc/123/any/topic", "/ext/session/a1TestPK001/dev1/combine/login"})
    EXPECT_TRUE(may_publish(names, own)) << own;
  for (const std::string_view foreign :
       {"/sys/a1TestPK001/dev2/thing/event/property/post", "/sys/a1TestPK001/dev11/x", "/sys/a1TestPK001/dev1", "/sys/a1TestPK001/dev1/",
        "/ota/device/inform/a1TestPK001/dev2", "/ota/device/inform/a1TestPK001/dev1/x", "/ext/ntp/a1TestPK001/dev2/request",
        "/ext/ntp/a1TestPK001/dev11", "/shadow/update/a1TestPK001/dev2", "/a1TestPK001/dev2/user/x", "/a1TestPK001/dev1",
        "/other/dev1/user/x", "x", "/", "sys/a1TestPK001/dev1/x", "/broadcast/a1TestPK001/x", "/ext/", "/ext/rrpc/"})
    EXPECT_FALSE(may_publish(names, foreign)) << foreign;
}

TEST(TopicRules, AllowWildcardsOnlyBehindTheDevicesNames) {
  for (const std::string_view own :
       {"/sys/a1TestPK001/dev1/#", "/sys/a1TestPK001/dev1/thing/event/+/post_reply", "/a1TestPK001/dev1/user/+",
        "/ota/device/+/a1TestPK001/dev1", "/broadcast/a1TestPK001/#", "/ext/notify", "/ext/rrpc/+/x"})
    EXPECT_TRUE(may_subscribe(names, own)) << own;
  for (const std::string_view foreign :
       {"#", "+", "/#", "/sys/#", "/sys/+/dev1/x", "/sys/a1TestPK001/+/x", "/sys/a1TestPK001/#", "/+/dev1/user/x", "/ext/#", "/ext/+",
        "/ext/+/a1TestPK001/dev1", "/ota/device/#", "/ota/#", "/broadcast/#", "/broadcast/other/#", "/shadow/#", "$SYS/#"})
    EXPECT_FALSE(may_subscribe(names, foreign)) << foreign;
}

TEST(TopicRules, KnowTheAutomaticSubscriptions) {
  for (const std::string_view tail :
       {"thing/event/property/post_reply", "thing/bootstrap/notify", "thing/bootstrap/config/push", "thing/service/property/set",
        "thing/service/reboot", "rrpc/request/17", "thing/config/push", "_thing/event/notify"})
    EXPECT_TRUE(is_auto_subscribed(names, sys("dev1", tail), AutoSubscriptions::all)) << tail;
  for (const std::string_view topic :
       {"/ota/device/upgrade/a1TestPK001/dev1", "/shadow/get/a1TestPK001/dev1", "/ext/notify", "/ext/ntp/a1TestPK001/dev1/response"})
    EXPECT_TRUE(is_auto_subscribed(names, topic, AutoSubscriptions::all)) << topic;
  for (const std::string& topic :
       {sys("dev1", "thing/unknown"), sys("dev2", "thing/bootstrap/notify"), custom("x"), std::string("/ext/other")})
    EXPECT_FALSE(is_auto_subscribed(names, topic, AutoSubscriptions::all)) << topic;
}

TEST(TopicRules, KnowWhatIsOnThePublishedList) {
  for (const std::string& topic : {sys("dev1", "thing/bootstrap/config/push"), sys("dev1", "thing/service/reboot"),
                                   std::string("/shadow/get/a1TestPK001/dev1"), std::string("/ota/device/upgrade/a1TestPK001/dev1")})
    EXPECT_TRUE(is_auto_subscribed(names, topic, AutoSubscriptions::published)) << topic;
  for (const std::string& topic : {sys("dev1", "thing/bootstrap/notify"), std::string("/ext/notify"), std::string("/ext/error"),
                                   std::string("/ext/error/a1TestPK001/dev1"), std::string("/ext/ntp/a1TestPK001/dev1/response")})
    EXPECT_FALSE(is_auto_subscribed(names, topic, AutoSubscriptions::published)) << topic;
}

TEST(Publish, OfQosOneIsAcknowledgedBeforeItsReply) {
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1", auto_subscribed);
  client.send(publish({.topic = sys("dev1", "thing/event/property/post"),
                       .payload = R"({"id":"123","version":"1.0","params":{"power":1},"method":"thing.event.property.post"})",
                       .qos = 1,
                       .packet_id = 7}));
  const std::string reply =
      publish({.topic = sys("dev1", "thing/event/property/post_reply"),
               .payload = R"({"code":200,"data":{},"id":"123","message":"success","method":"thing.event.property.post","version":"1.0"})"});
  EXPECT_EQ(hex(client.take()), hex(bytes("40 02 00 07") + reply));
  EXPECT_EQ(world.platform.statistics().publishes_received, 1U);
  EXPECT_EQ(world.platform.statistics().publishes_dropped, 0U);
}

TEST(Publish, GetsNoReplyOnATopicThatIsNotSubscribed) {
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1");
  client.send(publish({.topic = sys("dev1", "thing/event/property/post"), .payload = R"({"id":"1","params":{}})"}));
  EXPECT_EQ(client.take(), "");
}

TEST(Publish, OfQosTwoClosesOrIsTakenAsTheSettingSays) {
  BrokerWorld strict;
  Client client = strict.connect(shanghai, "dev1");
  client.send(publish({.topic = custom("x"), .payload = "1", .qos = 2, .packet_id = 7}));
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(client.take(), "");
  PlatformConfig config = three_regions();
  config.publish_qos2 = PublishQos2::downgrade;
  BrokerWorld lenient(config);
  Client other = lenient.connect(shanghai, "dev1");
  other.send(subscribe(1, {{custom("x"), 2}}));
  other.take();
  other.send(publish({.topic = custom("x"), .payload = "1", .qos = 2, .packet_id = 7})).send(bytes("62 02 00 07"));
  EXPECT_EQ(hex(other.take()), "50020007" + hex(publish({.topic = custom("x"), .payload = "1", .qos = 1, .packet_id = 1})) + "70020007");
}

TEST(Publish, OfQosTwoThatComesAgainIsServedOnce) {  // MQTT-4.3.3-2
  PlatformConfig config = three_regions();
  config.publish_qos2 = PublishQos2::downgrade;
  BrokerWorld world(config);
  Client client = world.connect(shanghai, "dev1");
  client.send(subscribe(1, {{custom("x"), 0}})).take();
  const auto message = [](bool again) {
    return publish({.topic = custom("x"), .payload = "1", .qos = 2, .packet_id = 7, .duplicate = again});
  };
  client.send(message(false)).take();
  client.send(message(true));
  EXPECT_EQ(hex(client.take()), "50020007") << "received, and not served again";
  client.send(bytes("62 02 00 07")).take();
  client.send(message(false));
  EXPECT_EQ(hex(client.take()).substr(0, 10), "5002000732") << "released: the id names another message";
}

TEST(Publish, ToAForeignTopicIsAcknowledgedAndDropped) {
  BrokerWorld world;
  Client victim = world.connect(shanghai, "dev2");
  victim.send(subscribe(1, {{"/a1TestPK001/dev2/user/x", 1}})).take();
  Client client = world.connect(shanghai, "dev1");
  client.send(publish({.topic = "/a1TestPK001/dev2/user/x", .payload = "1", .qos = 1, .packet_id = 7}));
  EXPECT_EQ(hex(client.take()), "40020007");
  EXPECT_EQ(victim.take(), "");
  EXPECT_EQ(world.ledger.of(PlatformEventKind::publish_dropped).at(0).reason, "topic is not the device's own");
  EXPECT_EQ(world.platform.statistics().publishes_dropped, 1U);
}

TEST(Publish, ToAForeignTopicDisconnectsWhenSetSo) {
  PlatformConfig config = three_regions();
  config.topic_violation = TopicViolation::disconnect;
  BrokerWorld world(config);
  Client client = world.connect(shanghai, "dev1");
  client.send(publish({.topic = "/a1TestPK001/dev2/user/x", .payload = "1", .qos = 1, .packet_id = 7}));
  EXPECT_EQ(client.take(), "");
  EXPECT_TRUE(client.closed());
}

TEST(Publish, ToAnOwnCustomTopicComesBackOnlyToItsSubscriber) {
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1");
  client.send(publish({.topic = custom("x"), .payload = "1"}));
  EXPECT_EQ(client.take(), "");
  client.send(subscribe(1, {{custom("+"), 0}, {sys("dev1", "#"), 0}})).take();
  client.send(publish({.topic = custom("x"), .payload = "2"}));
  EXPECT_EQ(hex(client.take()), hex(publish({.topic = custom("x"), .payload = "2"})));
  // A system topic runs one way.
  client.send(publish({.topic = sys("dev1", "thing/model/up_raw"), .payload = "3"}));
  EXPECT_EQ(client.take(), "");
}

TEST(Subscribe, GrantsWhatIsOwnAndRefusesTheRestOneByOne) {
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1");
  client.send(subscribe(
      10, {{custom("a"), 0}, {custom("b"), 1}, {custom("c"), 2}, {"/a1TestPK001/dev2/user/x", 1}, {custom("bad#"), 1}, {"#", 0}}));
  EXPECT_EQ(hex(client.take()), hex(bytes("90 08 00 0a 00 01 01 80 80 80")));
  EXPECT_FALSE(client.closed());
}

TEST(Subscribe, RefusesQosTwoWhenSetSo) {
  PlatformConfig config = three_regions();
  config.subscribe_qos2 = SubscribeQos2::refuse;
  BrokerWorld world(config);
  Client client = world.connect(shanghai, "dev1");
  client.send(subscribe(10, {{custom("c"), 2}}));
  EXPECT_EQ(hex(client.take()), hex(bytes("90 03 00 0a 80")));
}

TEST(Subscribe, TakesTheSixteenOfTheNodeSdkAtOnce) {
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1");
  std::string all;
  std::string expected;
  std::uint16_t id = 1;
  for (const std::string& filter :
       {sys("dev1", "thing/event/property/post_reply"), sys("dev1", "thing/event/+/post_reply"),
        sys("dev1", "thing/deviceinfo/update_reply"), sys("dev1", "thing/deviceinfo/delete_reply"), sys("dev1", "thing/config/get_reply"),
        sys("dev1", "thing/config/push"), sys("dev1", "thing/service/property/set"), std::string("/shadow/get/a1TestPK001/dev1"),
        sys("dev1", "rrpc/request/+"), sys("dev1", "thing/topo/add_reply"), sys("dev1", "thing/topo/delete_reply"),
        sys("dev1", "thing/topo/get_reply"), sys("dev1", "thing/sub/register_reply"),
        std::string("/ext/session/a1TestPK001/dev1/combine/login_reply"), std::string("/ext/session/a1TestPK001/dev1/combine/logout_reply"),
        std::string("/ext/rrpc/+/a1TestPK001/dev1/user/x")}) {
    all += subscribe(id, {{filter, 1}});
    expected += bytes("90 03 00") + static_cast<char>(id) + '\x01';
    ++id;
  }
  client.send(all);
  EXPECT_EQ(hex(client.take()), hex(expected));
}

TEST(Unsubscribe, StopsDeliveryAndToleratesTheUnknown) {
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1");
  client.send(subscribe(1, {{custom("a"), 1}, {custom("b"), 1}})).take();
  client.send(unsubscribe(2, {custom("a"), custom("never")}));
  EXPECT_EQ(hex(client.take()), "b0020002");
  EXPECT_FALSE(world.publish_to("dev1", custom("a"), "x", 0));
  EXPECT_TRUE(world.publish_to("dev1", custom("b"), "x", 0));
}

TEST(Subscribe, ToAForeignFilterIsRefusedIgnoredOrEndsTheConnection) {
  const auto heard_with = [](FilterViolation violation) {
    PlatformConfig config = three_regions();
    config.filter_violation = violation;
    BrokerWorld world(config);
    Client client = world.connect(shanghai, "dev1");
    client.send(subscribe(1, {{custom("a"), 1}, {"/a1TestPK001/dev2/user/x", 2}}));
    const std::string answer = hex(client.take());
    world.connect(shanghai, "dev2").send(subscribe(1, {{"/a1TestPK001/dev2/user/x", 1}}));
    EXPECT_TRUE(world.publish_to("dev2", "/a1TestPK001/dev2/user/x", "for dev2", 0));
    EXPECT_EQ(client.take(), "") << "whatever was said, it hears nothing of another device";
    EXPECT_EQ(client.closed(), violation == FilterViolation::disconnect);
    return answer;
  };
  EXPECT_EQ(heard_with(FilterViolation::refuse), hex(bytes("90 04 00 01 01 80")));
  EXPECT_EQ(heard_with(FilterViolation::ignore), hex(bytes("90 04 00 01 01 01")));
  EXPECT_EQ(heard_with(FilterViolation::disconnect), "");
}

TEST(Subscribe, TakesEffectAfterItsDelayAndSoDoesUnsubscribe) {
  PlatformConfig config = three_regions();
  config.subscribe_delay = std::chrono::milliseconds{1500};
  BrokerWorld world(config);
  Client client = world.connect(shanghai, "dev1");
  const auto is_heard = [&] { return world.publish_to("dev1", custom("a"), "x", 0); };
  const auto pass = [&](int ms) { world.advance(std::chrono::milliseconds{ms}); };
  client.send(subscribe(1, {{custom("a"), 1}}));
  EXPECT_EQ(hex(client.take()), "9003000101") << "acknowledged at once";
  EXPECT_FALSE(is_heard());
  pass(1400);
  EXPECT_FALSE(is_heard());
  pass(100);
  EXPECT_TRUE(is_heard());
  client.send(unsubscribe(2, {custom("a")}));
  pass(1400);
  EXPECT_TRUE(is_heard());
  client.send(unsubscribe(3, {custom("a")}));
  pass(100);
  EXPECT_FALSE(is_heard()) << "a second one does not prolong it";
  client.send(subscribe(4, {{custom("a"), 1}}));
  pass(1500);
  client.send(unsubscribe(5, {custom("a")})).send(subscribe(6, {{custom("a"), 1}}));
  pass(5000);
  EXPECT_TRUE(is_heard()) << "who wants it again before it has ended keeps it";
  client.send(subscribe(7, {{custom("b"), 1}})).send(unsubscribe(8, {custom("b")}));
  pass(1500);
  EXPECT_FALSE(world.publish_to("dev1", custom("b"), "x", 0)) << "ended before it began";
}

TEST(Retain, IsKeptOnlyWhenTheSettingHonoursIt) {
  for (const bool honoured : {false, true}) {
    PlatformConfig config = three_regions();
    config.retain_honoured = honoured;
    BrokerWorld world(config);
    Client client = world.connect(shanghai, "dev1");
    client.send(publish({.topic = custom("a"), .payload = "old", .retain = true}));
    client.send(publish({.topic = custom("a"), .payload = "new", .retain = true}));
    client.send(subscribe(1, {{custom("+"), 0}}));
    const std::string kept = publish({.topic = custom("a"), .payload = "new", .retain = true});
    EXPECT_EQ(hex(client.take()), hex(bytes("90 03 00 01 00") + (honoured ? kept : std::string())));
    client.send(publish({.topic = custom("a"), .payload = "", .retain = true})).take();
    client.send(subscribe(2, {{custom("+"), 0}}));
    EXPECT_EQ(hex(client.take()), "9003000200");
  }
}

/// Topic and payload of what the platform answers to one message of dev1.
std::string answer(std::string_view topic, std::string_view payload) {
  BrokerWorld world;
  world.platform.set_unix_epoch_ms(1700000000123 - 1000);
  Client client = world.connect(shanghai, "dev1", auto_subscribed);
  return client.send(publish({.topic = std::string(topic), .payload = std::string(payload)})).take_message();
}

std::string post_reply(std::string_view code, std::string_view id, std::string_view message) {
  return sys("dev1", "thing/event/property/post_reply") + R"( {"code":)" + std::string(code) + R"(,"data":{},"id":)" + std::string(id) +
         R"(,"message":")" + std::string(message) + R"(","method":"thing.event.property.post","version":"1.0"})";
}

TEST(ThingModel, EchoesTheIdAsItWasSent) {
  const std::string topic = sys("dev1", "thing/event/property/post");
  const auto with_id = [&topic](const std::string& id) { return answer(topic, R"({"params":{"a":1},"id":)" + id + "}"); };
  for (const std::string id : {R"("123")", "7", "-7", "18446744073709551615", "1.50",
                               R"("1|exp-topic|/sys/a1TestPK001/dev1/thing/event/property/post_reply")", R"("with \" and \\")", R"("")"})
    EXPECT_EQ(with_id(id), post_reply("200", id, "success")) << id;
  EXPECT_EQ(answer(topic, R"({"params":{}})"), post_reply("200", R"("")", "success"));
}

TEST(ThingModel, EchoesAnIdOfAKilobyteAndRefusesALongerOne) {
  const std::string topic = sys("dev1", "thing/event/property/post");
  const auto with_id = [&topic](const std::string& id) { return answer(topic, R"({"params":{"a":1},"id":)" + id + "}"); };
  const auto quoted = [](std::size_t size) { return '"' + std::string(size, 'x') + '"'; };
  EXPECT_EQ(with_id(quoted(1022)), post_reply("200", quoted(1022), "success"));
  for (const std::size_t size : {1023U, 1024U, 1025U, 1026U, 5000U})
    EXPECT_EQ(with_id(quoted(size)), post_reply("6207", R"("")", "the payload is not a JSON object")) << size;
  EXPECT_EQ(with_id(std::string(1025, '7')), post_reply("6207", R"("")", "the payload is not a JSON object"));
}

TEST(ThingModel, RefusesWithTheDocumentedCodes) {
  const std::string topic = sys("dev1", "thing/event/property/post");
  for (const std::string_view bad : {"", "x", "{", "[1]", "1", R"({"id":"1","params":{}} x)"})
    EXPECT_EQ(answer(topic, bad), post_reply("6207", R"("")", "the payload is not a JSON object")) << bad;
  for (const std::string_view bad : {R"({"id":"1"})", R"({"id":"1","params":[]})", R"({"id":"1","params":1})",
                                     R"({"id":"1","params":null})", R"({"id":"1","params":"x"})", R"({"id":"1","x":{"params":{}}})"})
    EXPECT_EQ(answer(topic, bad), post_reply("460", R"("1")", "params is missing or of the wrong type")) << bad;
  std::string many = R"({"id":"1","params":{)";
  for (int i = 0; i < 201; ++i) many += (i == 0 ? "\"p" : ",\"p") + std::to_string(i) + "\":{\"value\":1,\"time\":2}";
  EXPECT_EQ(answer(topic, many + "}}"), post_reply("6106", R"("1")", "more properties than one post may have"));
  EXPECT_EQ(answer(topic, many.substr(0, many.rfind(",\"p")) + "}}"), post_reply("200", R"("1")", "success"));
}

TEST(ThingModel, KeepsQuietWhenTheDeviceWantsNoReply) {
  const std::string topic = sys("dev1", "thing/event/property/post");
  EXPECT_EQ(answer(topic, R"({"id":"1","params":{},"sys":{"ack":0}})"), "");
  EXPECT_EQ(answer(topic, R"({"id":"1","params":{},"sys":{"ack":1}})"), post_reply("200", R"("1")", "success"));
  EXPECT_EQ(answer(topic, R"({"id":"1","params":{"sys":{"ack":0}}})"), post_reply("200", R"("1")", "success"));
}

TEST(ThingModel, AnswersEventsLabelsAndDesiredProperties) {
  EXPECT_EQ(answer(sys("dev1", "thing/event/alarm/post"), R"({"id":"5","params":{"value":{}}})"),
            sys("dev1", "thing/event/alarm/post_reply") +
                R"( {"code":200,"data":{},"id":"5","message":"success","method":"thing.event.alarm.post","version":"1.0"})");
  EXPECT_NE(answer(sys("dev1", "thing/deviceinfo/update"), R"({"id":"5","params":[{"attrKey":"k","attrValue":"v"}]})"), "");
  EXPECT_NE(answer(sys("dev1", "thing/property/desired/get"), R"({"id":"5","params":["a"]})"), "");
  EXPECT_EQ(answer(sys("dev1", "thing/unknown"), "{}"), "");
  EXPECT_EQ(answer(sys("dev2", "thing/event/property/post"), R"({"id":"1","params":{}})"), "");
}

TEST(ThingModel, TellsTheTime) {
  EXPECT_EQ(
      answer("/ext/ntp/a1TestPK001/dev1/request", R"({"deviceSendTime":"100"})"),
      R"(/ext/ntp/a1TestPK001/dev1/response {"deviceSendTime":"100","serverRecvTime":"1700000000123","serverSendTime":"1700000000123"})");
  EXPECT_EQ(answer("/ext/ntp/a1TestPK001/dev1/request", "{}"), "");
}

}  // namespace
}  // namespace fleetsim::platform::broker_test
