// The C SDK 4.x: its request and its CONNECT byte for byte as they were captured, and the quirks of its reading.
#include <gtest/gtest.h>

#include "tests/devicecore/device_world.hpp"

namespace fleetsim::device::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Events = std::vector<std::string>;

constexpr std::string_view captured_head =
    "POST /auth/bootstrap HTTP/1.1\r\n"
    "Host: iot-auth-global.aliyuncs.com\r\n"
    "Accept: text/xml,text/javascript,text/html,application/json\r\n"
    "Content-Type: application/x-www-form-urlencoded;charset=utf-8\r\n"
    "Content-Length: 79\r\n"
    "\r\n";
constexpr std::string_view captured_form = "productKey=a1TestPK001&deviceName=dev1&clientId=a1TestPK001.dev1&resources=mqtt";
constexpr std::uint32_t middle_word = 0x80000000U;  // the spread of the waits is then zero

class LinkSdk4Profile : public ::testing::Test {
 protected:
  LinkSdk4Profile() {
    world.config.profile = &linksdk_4_profile;
    world.config.bootstrap_host = "iot-auth-global.aliyuncs.com";
    world.plays_application = false;
    world.random_word_is(middle_word);
  }
  void bootstrap_answers(const std::string& body) {
    world.platform.http_body = body;
    world.power_on();
    world.settle();
  }
  void notify(const std::string& text) {
    world.platform.notify_text = text;
    world.from_platform(world.platform.notify());
    world.settle();
  }
  DeviceWorld world;
};

TEST_F(LinkSdk4Profile, AsksAsItWasCapturedHeadAndFormInTwoWrites) {
  world.go_online();
  ASSERT_EQ(world.https_writes.size(), 2U);
  EXPECT_EQ(world.https_writes[0], captured_head);
  EXPECT_EQ(world.https_writes[1], captured_form);
}

TEST_F(LinkSdk4Profile, ConnectsAsItWasCaptured) {
  world.go_online();
  const std::string& sent = world.all_sent[1];
  // User name, password and clean session; 1200 s.
  EXPECT_EQ(hex(bytes_of(sent).subspan(3, 10)), hex(wire("0004 'MQTT' 04 c2 04b0")));
  EXPECT_NE(
      sent.find("a1TestPK001.dev1|timestamp=2524608000000,_ss=1,_v=sdk-c-4.2.0,securemode=2,signmethod=hmacsha256,ext=3,_conn=tls_0|"),
      std::string::npos);
  EXPECT_NE(sent.find("dev1&a1TestPK001"), std::string::npos);
  EXPECT_NE(sent.find("6E9A07390853C1ECEDF94FEEC3D724BC7514561EEF2250039AF490E5A4307656"), std::string::npos);
  EXPECT_EQ(sent.find('\x82'), std::string::npos) << "no SUBSCRIBE";
}

TEST_F(LinkSdk4Profile, TellsInHexHowLongTheLinkTook) {
  world.power_on();
  world.run_until([&] { return world.device.agent().state() == AgentState::connecting; }, seconds{1});
  world.now += milliseconds{0x2c};
  world.settle();
  EXPECT_NE(world.all_sent[1].find("_conn=tls_2c|"), std::string::npos);
}

TEST_F(LinkSdk4Profile, TakesTheFirstHostAndPortAnywhereWhateverTheCodeSays) {
  bootstrap_answers(R"({"code":6100,"x":{"host":"a.example"},"y":[{"port":"1883"}],"host":"late.example"})");
  EXPECT_TRUE(world.has_event("connected a.example:1883"));
}

TEST_F(LinkSdk4Profile, CannotReadWhiteSpaceBehindTheColon) {
  bootstrap_answers(R"({"code":200,"data":{"resources":{"mqtt":{"host": "a.example","port": 1883}}}})");
  EXPECT_TRUE(world.has_event("bootstrap_failed endpoint_invalid"));
}

TEST_F(LinkSdk4Profile, ARefusalHasNoEndpoint) {
  bootstrap_answers(R"({"code":6100,"message":"device not found"})");
  EXPECT_TRUE(world.has_event("bootstrap_failed endpoint_missing"));
}

TEST_F(LinkSdk4Profile, ReadsHeadersAsStrictlyAsItsHttpClient) {
  const std::string body = R"({"host":"a.example","port":1883})";
  const auto outcome = [&](const std::string& head) {
    DeviceWorld fresh;
    fresh.config.profile = &linksdk_4_profile;
    fresh.plays_application = false;
    fresh.platform.http_answer = head + "\r\n\r\n" + body;
    fresh.power_on();
    fresh.settle();
    return fresh.has_event("connected") ? std::string("connected") : fresh.events.at(1);
  };
  const std::string length = "\r\nContent-Length: " + std::to_string(body.size());
  EXPECT_EQ(outcome("HTTP/1.1 200 OK" + length), "connected");
  EXPECT_EQ(outcome("HTTP/1.0 200 OK" + length), "bootstrap_failed http_malformed");
  EXPECT_EQ(outcome("HTTP/1.1 404 Not Found" + length), "bootstrap_failed http_status code=404");
  EXPECT_EQ(outcome("HTTP/1.1 200 OK\r\ncontent-length: " + std::to_string(body.size())), "bootstrap_failed http_malformed");
  EXPECT_EQ(outcome("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"), "bootstrap_failed http_malformed");
  EXPECT_EQ(outcome("HTTP/1.1 200 OK\r\nX: " + std::string(123, 'x') + length), "connected") << "128 bytes with its line end";
  EXPECT_EQ(outcome("HTTP/1.1 200 OK\r\nX: " + std::string(124, 'x') + length), "bootstrap_failed http_malformed");
}

TEST_F(LinkSdk4Profile, RepliesAtQos0AndThenAsksAgain) {
  world.go_online();
  world.all_sent[1].clear();
  world.platform.distribute();
  notify(R"({"id":"123","version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":0}})");
  EXPECT_EQ(world.take_events()[0], "notified 123");
  const std::string topic = "/sys/a1TestPK001/dev1/thing/bootstrap/notify_reply";
  const std::string reply = R"({"id":"123","code":200,"data":{}})";
  const std::size_t at = world.all_sent[1].find(topic + reply);
  ASSERT_NE(at, std::string::npos) << "no packet id between topic and payload: QoS 0";
  EXPECT_EQ(hex(bytes_of(world.all_sent[1]).subspan(at + topic.size() + reply.size(), 2)), "e000");
  EXPECT_EQ(world.platform.bootstraps, 2);
  EXPECT_EQ(world.device.agent().state(), AgentState::online);
  EXPECT_EQ(world.platform.placement, TinyPlatform::Placement::at_b);
}

TEST_F(LinkSdk4Profile, SearchesFlatWithoutMethodOrNesting) {
  world.go_online();
  world.platform.distribute();
  notify(R"([[{"cmd":"0"},"id":7,])");
  EXPECT_EQ(world.platform.last_reply, R"({"id":7,"code":200,"data":{}})");
  EXPECT_EQ(world.platform.bootstraps, 2);
}

TEST_F(LinkSdk4Profile, AnswersAnyNumberButMovesOnlyForZero) {
  world.go_online();
  notify(R"({"id":"8","params":{"cmd":42}})");
  EXPECT_EQ(world.platform.last_reply, R"({"id":"8","code":200,"data":{}})");
  EXPECT_EQ(world.take_events(), (Events{"notify_ignored unknown_command code=42 8"}));
  EXPECT_EQ(world.platform.bootstraps, 1);
}

TEST_F(LinkSdk4Profile, LeavesWhatItCannotReadUnanswered) {
  world.go_online();
  notify(R"({ "id": "123", "version": "1.0", "method": "thing.bootstrap.notify", "params": { "cmd": 0 } })");
  notify(R"({"id":"9","params":{"cmd":"go"}})");
  notify(R"({"id":"9","params":{}})");
  notify(R"({"params":{"cmd":0}})");
  EXPECT_EQ(world.count_events("notify_ignored message_malformed"), 4U);
  EXPECT_EQ(world.platform.replies, 0);
  EXPECT_EQ(world.platform.bootstraps, 1);
}

TEST_F(LinkSdk4Profile, ReconnectsAtOnceAndThenTwoSecondsLaterEachTimeToTheSameHost) {
  world.go_online();
  world.platform.connack_code = 5;
  world.delays.clear();
  world.lose_link(Leg::mqtt, LinkEnd::closed_by_peer);
  world.pass(minutes{1});
  const std::vector<Duration> expected = {seconds{0}, seconds{4}, seconds{6}, seconds{8}, seconds{10}, seconds{12}};
  ASSERT_GE(world.delays.size(), expected.size());
  EXPECT_EQ(std::vector<Duration>(world.delays.begin(), world.delays.begin() + 6), expected);
  world.pass(minutes{300});
  EXPECT_EQ(world.delays.back(), seconds{122}) << "sixty failures are counted, not more";
  EXPECT_EQ(world.platform.bootstraps, 1) << "it never asks again by itself";
}

TEST_F(LinkSdk4Profile, DrawsTheSpreadOfItsWaitsOnce) {
  world.random_word_is(0);
  world.go_online();
  world.platform.connack_code = 5;
  world.delays.clear();
  world.lose_link(Leg::mqtt, LinkEnd::reset);
  world.pass(seconds{4});
  world.random_word_is(0xffffffffU);
  world.pass(seconds{20});
  ASSERT_GE(world.delays.size(), 3U);
  EXPECT_EQ(world.delays[1], milliseconds{3500});
  EXPECT_EQ(world.delays[2], milliseconds{5500}) << "another word changes nothing";
}

TEST_F(LinkSdk4Profile, OneSuccessForgivesAllFailures) {
  world.go_online();
  world.delays.clear();
  for (int i = 0; i < 3; ++i) {
    world.lose_link(Leg::mqtt, LinkEnd::closed_by_peer);
    world.pass(seconds{1});
    EXPECT_EQ(world.device.agent().state(), AgentState::online);
  }
  EXPECT_EQ(world.delays, std::vector<Duration>(3, seconds{0}));
}

TEST_F(LinkSdk4Profile, PingsEvery25SecondsWhateverElseItSends) {
  world.go_online();
  world.all_sent[1].clear();
  const auto pings = [&] {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = world.all_sent[1].find(std::string("\xc0\x00", 2), at)) != std::string::npos; ++at) ++count;
    return count;
  };
  world.pass(seconds{0});
  EXPECT_EQ(pings(), 1U) << "the first within a second";
  for (int i = 0; i < 10; ++i) {
    world.pass(seconds{10});
    world.give(PublishCommand{"t", bytes_of("x"), Qos::at_least_once, 1});
    world.settle();
  }
  EXPECT_EQ(pings(), 5U);
}

TEST_F(LinkSdk4Profile, ToleratesTwoLostPingsAndDropsAfterTheThird) {
  world.go_online();
  world.platform.answers_pings = false;
  world.pass(milliseconds{74'900});
  EXPECT_FALSE(world.has_event("connection_lost"));
  world.pass(milliseconds{200});
  EXPECT_TRUE(world.has_event("connection_lost ping_timeout"));
}

TEST_F(LinkSdk4Profile, GivesTheBootstrapUp5SecondsAfterItsRequestHoweverLongTheLinkTook) {
  world.fault = {FaultKind::silence, 1};  // the answer, behind the link's opening
  world.power_on();
  world.now += seconds{4};
  world.settle();
  const Instant asked = world.now;
  world.pass(milliseconds{4'999});
  EXPECT_FALSE(world.has_event("bootstrap_failed"));
  world.next_deadline();
  EXPECT_TRUE(world.has_event("bootstrap_failed timed_out"));
  EXPECT_EQ(world.now - asked, seconds{5});
}

TEST_F(LinkSdk4Profile, WaitsTenSecondsForTheLink) {
  world.fault = {FaultKind::silence, 0};
  const Instant begun = world.now;
  world.power_on();
  world.settle();
  world.next_deadline();
  EXPECT_TRUE(world.has_event("bootstrap_failed timed_out"));
  EXPECT_EQ(world.now - begun, seconds{10});
}

TEST_F(LinkSdk4Profile, SendsAPublishAgainEvery3Seconds) {
  world.go_online();
  world.platform.acknowledges = false;
  world.all_sent[1].clear();
  world.give(PublishCommand{"t", bytes_of("payload"), Qos::at_least_once, 1});
  const auto copies = [&] {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = world.all_sent[1].find("payload", at)) != std::string::npos; ++at) ++count;
    return count;
  };
  world.pass(milliseconds{2'999});
  EXPECT_EQ(copies(), 1U);
  world.pass(milliseconds{1});
  EXPECT_EQ(copies(), 2U);
  world.pass(seconds{3});
  EXPECT_EQ(copies(), 3U);
}

TEST_F(LinkSdk4Profile, KeepsNothingInFlashAndBootstrapsAfterEachPowerOn) {
  world.go_online();
  world.cut_power();
  world.settle();
  EXPECT_EQ(world.flash_writes, 0U);
  EXPECT_EQ(world.platform.bootstraps, 2);
  EXPECT_EQ(world.device.agent().state(), AgentState::online);
}

TEST_F(LinkSdk4Profile, DoesNotObeyAnEndpointPush) {
  world.go_online();
  world.from_platform(publish_packet("/sys/a1TestPK001/dev1/thing/bootstrap/config/push",
                                     R"({"id":"1","params":{"endpoint":{"mqtt":{"host":"b.example","port":1883}}}})"));
  world.settle();
  EXPECT_TRUE(world.has_event("message_received"));
  EXPECT_EQ(world.device.agent().state(), AgentState::online);
}

TEST_F(LinkSdk4Profile, SentInCirclesItSlowsDownAllTheSame) {
  world.go_online();
  world.platform.placement = TinyPlatform::Placement::handover;
  world.platform.always_bootstraps_to = "a.example";
  world.from_platform(world.platform.notify());
  world.pass(seconds{60});
  EXPECT_LT(world.count_events("notified"), 70U);
}

}  // namespace
}  // namespace fleetsim::device::testing
