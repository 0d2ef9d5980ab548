// What the application can ask of a device, and what it hears.
#include <gtest/gtest.h>

#include "tests/devicecore/device_world.hpp"

namespace fleetsim::device::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Events = std::vector<std::string>;

class DeviceCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    world.go_online();
    world.all_sent[1].clear();
  }
  void publish(std::string_view topic, std::string_view payload, Qos qos, Token token) {
    world.give(PublishCommand{topic, bytes_of(payload), qos, token});
    world.settle();
  }
  DeviceWorld world;
};

TEST_F(DeviceCommands, PublishOfQos0IsReportedWhenItIsHandedToTheLink) {
  publish("a/b", "hello", Qos::at_most_once, 7);
  EXPECT_EQ(world.take_events(), (Events{"published #7"}));
  EXPECT_EQ(hex(bytes_of(world.all_sent[1])), hex(wire("30 0a 0003 'a/b' 'hello'")));
}

TEST_F(DeviceCommands, PublishOfQos1IsReportedAndThenAcknowledged) {
  publish("a/b", "hello", Qos::at_least_once, 8);
  EXPECT_EQ(world.take_events(), (Events{"published #8", "publish_acknowledged #8"}));
}

TEST_F(DeviceCommands, APublishWaitingForItsAcknowledgementSurvivesALostLink) {
  world.lose_link(Leg::mqtt, LinkEnd::reset);  // already lost, but the device has not heard of it yet
  world.give(PublishCommand{"a/b", bytes_of("hello"), Qos::at_least_once, 8});
  world.pass(minutes{1});
  EXPECT_EQ(world.count_events("published #8"), 1U) << "the second time is a redelivery";
  EXPECT_EQ(world.count_events("publish_acknowledged #8"), 1U);
}

TEST_F(DeviceCommands, WhatTheEngineCannotTakeIsRejectedAndNeverPublished) {
  const std::string huge(limits::scratch_bytes, 'x');
  publish("a/b", huge, Qos::at_most_once, 9);
  publish("a/#", "x", Qos::at_most_once, 10);
  EXPECT_EQ(world.take_events(), (Events{"publish_rejected too_large #9", "publish_rejected message_malformed #10"}));
}

TEST_F(DeviceCommands, MoreThanTheWindowIsRejectedForLackOfRoom) {
  for (Token token = 1; token <= limits::publishes_in_flight_max + 1; ++token)
    world.give(PublishCommand{"t", bytes_of("x"), Qos::at_least_once, token});
  EXPECT_EQ(world.count_events("published"), limits::publishes_in_flight_max);
  EXPECT_TRUE(world.has_event("publish_rejected no_room #" + std::to_string(limits::publishes_in_flight_max + 1)));
  world.settle();
  EXPECT_EQ(world.count_events("publish_acknowledged"), limits::publishes_in_flight_max);
}

TEST_F(DeviceCommands, PropertyPostsAreAlinkEnvelopesAndMatchedByTheirIds) {
  world.give(PostProperty{R"({"t":1})", 21});
  world.give(PostProperty{R"({"t":2})", 22});
  EXPECT_NE(world.all_sent[1].find("/sys/a1TestPK001/dev1/thing/event/property/post"
                                   R"({"id":"1","version":"1.0","params":{"t":1},"method":"thing.event.property.post"})"),
            std::string::npos);
  world.settle();
  EXPECT_EQ(world.take_events(),
            (Events{"property_posted #21", "property_posted #22", "property_replied code=200 #21", "property_replied code=200 #22"}));
}

TEST_F(DeviceCommands, AReplyToNothingIsAnOrdinaryMessage) {
  const std::string topic = "/sys/a1TestPK001/dev1/thing/event/property/post_reply";
  world.from_platform(publish_packet(topic, R"({"id":"99","code":200})"));
  world.from_platform(publish_packet(topic, "junk"));
  world.settle();
  EXPECT_EQ(world.take_events(),
            (Events{"message_received " + topic + R"( {"id":"99","code":200})", "message_received " + topic + " junk"}));
}

TEST_F(DeviceCommands, ASecondReplyToTheSamePostIsNotReportedTwice) {
  world.give(PostProperty{"{}", 5});
  world.settle();
  world.from_platform(publish_packet("/sys/a1TestPK001/dev1/thing/event/property/post_reply", R"({"id":"1","code":200})"));
  world.settle();
  EXPECT_EQ(world.count_events("property_replied"), 1U);
}

TEST_F(DeviceCommands, ThePostThatIsTooOldGivesItsPlaceAway) {
  for (Token token = 1; token <= limits::property_posts_in_flight_max + 1; ++token) world.give(PostProperty{"{}", token});
  world.settle();
  EXPECT_EQ(world.count_events("property_posted"), limits::property_posts_in_flight_max + 1);
  EXPECT_EQ(world.count_events("property_replied"), limits::property_posts_in_flight_max);
  EXPECT_EQ(std::count(world.events.begin(), world.events.end(), "property_replied code=200 #1"), 0)
      << "its reply came, but nobody remembers it";
  EXPECT_EQ(std::count(world.events.begin(), world.events.end(), "property_replied code=200 #2"), 1);
}

TEST_F(DeviceCommands, APropertyThatDoesNotFitIsRejected) {
  const std::string huge = "{\"a\":\"" + std::string(limits::scratch_bytes, 'x') + "\"}";
  world.give(PostProperty{huge, 3});
  const std::string half = "{\"a\":\"" + std::string(limits::scratch_bytes / 2, 'x') + "\"}";
  world.give(PostProperty{half, 4});  // fits the envelope, but not the packet beside it
  EXPECT_EQ(world.count_events("publish_rejected"), 2U);
  EXPECT_EQ(world.count_events("property_posted"), 0U);
}

TEST_F(DeviceCommands, SubscribeAndUnsubscribeAreAnswered) {
  world.give(SubscribeCommand{"x/+", Qos::at_least_once, 31});
  world.settle();
  world.give(UnsubscribeCommand{"x/+", 32});
  world.settle();
  EXPECT_EQ(world.take_events(), (Events{"subscribed code=1 #31", "unsubscribed #32"}));
}

TEST_F(DeviceCommands, MessagesArriveWithTopicAndPayload) {
  world.from_platform(publish_packet("/a1TestPK001/dev1/user/get", "cold"));
  world.from_platform(publish_packet("/ext/notify", R"({"title":"kick"})", 3));
  world.settle();
  EXPECT_EQ(world.take_events(),
            (Events{"message_received /a1TestPK001/dev1/user/get cold", R"(message_received /ext/notify {"title":"kick"})"}));
  EXPECT_EQ(hex(bytes_of(world.all_sent[1])), "40020003") << "QoS 1 is acknowledged";
}

TEST_F(DeviceCommands, ManyMessagesInOnePieceAllArrive) {
  Bytes bytes;
  for (int i = 0; i < 500; ++i) {
    const Bytes one = publish_packet("t", "message " + std::to_string(i), static_cast<std::uint16_t>(i + 1));
    bytes.insert(bytes.end(), one.begin(), one.end());
  }
  world.from_platform(bytes);
  world.settle();
  EXPECT_EQ(world.count_events("message_received"), 500U);
  EXPECT_TRUE(world.has_event("message_received t message 499"));
}

TEST_F(DeviceCommands, LargeMessagesInPiecesArriveWhole) {
  const std::string payload(100'000, 'p');
  Bytes bytes = publish_packet("t", payload);
  const Bytes next = publish_packet("t", "next");
  bytes.insert(bytes.end(), next.begin(), next.end());
  world.cut_received_at = 50'000;
  world.from_platform(bytes);
  world.settle();
  EXPECT_EQ(world.take_events(), (Events{"message_received t " + payload, "message_received t next"}));
}

TEST_F(DeviceCommands, TokensOfTheAgentAreRefused) {
  publish("t", "x", Qos::at_most_once, agent_token_bit | 5);
  EXPECT_EQ(world.count_events("publish_rejected too_large"), 1U);
}

TEST(DeviceCommandsOffline, AreRejected) {
  DeviceWorld world;
  world.plays_application = false;
  world.give(PublishCommand{"t", bytes_of("x"), Qos::at_least_once, 1});
  world.power_on();
  world.give(PostProperty{"{}", 2});
  world.give(SubscribeCommand{"t", Qos::at_most_once, 3});
  world.give(UnsubscribeCommand{"t", 4});
  EXPECT_EQ(world.take_events(),
            (Events{"publish_rejected not_online #1", "bootstrap_started global.example:443", "publish_rejected not_online #2",
                    "publish_rejected not_online #3", "publish_rejected not_online #4"}));
}

}  // namespace
}  // namespace fleetsim::device::testing
