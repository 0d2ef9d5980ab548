// What a device makes of thing/bootstrap/notify.
#include <gtest/gtest.h>

#include "devicecore/publish_table.hpp"
#include "tests/devicecore/device_world.hpp"

namespace fleetsim::device::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Events = std::vector<std::string>;

class DeviceMoves : public ::testing::Test {
 protected:
  void SetUp() override { world.go_online(); }
  void notify(const std::string& text) {
    world.platform.notify_text = text;
    world.from_platform(world.platform.notify());
    world.settle();
  }
  void notify_command(const std::string& command, const std::string& id = "\"5\"") {
    notify(R"({"id":)" + id + R"(,"version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":)" + command + "}}");
  }
  DeviceWorld world;
};

TEST_F(DeviceMoves, TheReplyLeavesBeforeDisconnectAndTheLinkClosesBeforeTheBootstrap) {
  world.all_sent[1].clear();
  world.platform.distribute();
  notify_command("0");
  const std::string& sent = world.all_sent[1];
  const std::size_t reply = sent.find(R"({"id":"5","code":200,"data":{}})");
  ASSERT_NE(reply, std::string::npos);
  EXPECT_EQ(sent.find(std::string("\xe0\x00", 2)), reply + 31) << "DISCONNECT follows the reply at once";
  EXPECT_TRUE(world.has_event("connect_started b.example:1883"));
  EXPECT_EQ(world.opened.size(), 4U);
}

TEST_F(DeviceMoves, TheIdComesBackVerbatim) {
  world.platform.distribute();
  notify_command("0", R"("a|\"b\"\u00e9")");
  EXPECT_EQ(world.platform.last_reply, R"({"id":"a|\"b\"\u00e9","code":200,"data":{}})");
}

TEST_F(DeviceMoves, ANumericIdComesBackAsANumber) {
  world.platform.distribute();
  notify_command("0", "77");
  EXPECT_EQ(world.platform.last_reply, R"({"id":77,"code":200,"data":{}})");
}

TEST_F(DeviceMoves, AnUnknownCommandIsRefusedAndNothingMoves) {
  notify_command("1");
  EXPECT_EQ(world.take_events(), (Events{"notify_ignored unknown_command code=1 5"}));
  EXPECT_EQ(world.platform.last_reply, R"({"id":"5","code":460,"data":{}})");
  EXPECT_EQ(world.device.agent().state(), AgentState::online);
  EXPECT_EQ(world.platform.bootstraps, 1);
}

TEST_F(DeviceMoves, AMalformedNotifyIsReportedAndNotAnswered) {
  notify("{\"id\":\"9\",\"method\":\"thing.bootstrap.notify\"}");
  notify("not json");
  notify("");
  notify(R"({"id":"10","method":"thing.service.reboot","params":{"cmd":0}})");
  EXPECT_EQ(world.take_events(), (Events{"notify_ignored message_malformed 9", "notify_ignored message_malformed",
                                         "notify_ignored message_malformed", "notify_ignored message_malformed 10"}));
  EXPECT_EQ(world.platform.replies, 0);
  EXPECT_EQ(world.device.agent().state(), AgentState::online);
}

TEST_F(DeviceMoves, ANotifyForAnotherDeviceIsAMessageLikeAnyOther) {
  world.from_platform(publish_packet("/sys/a1TestPK001/dev2/thing/bootstrap/notify", world.platform.notify_text));
  world.settle();
  EXPECT_TRUE(world.has_event("message_received /sys/a1TestPK001/dev2/thing/bootstrap/notify"));
  EXPECT_EQ(world.device.agent().state(), AgentState::online);
}

TEST_F(DeviceMoves, TwoNotifiesInOnePieceCauseOneMove) {
  world.platform.distribute();
  Bytes twice = world.platform.notify();
  const Bytes again = twice;
  twice.insert(twice.end(), again.begin(), again.end());
  world.from_platform(twice);
  world.settle();
  EXPECT_EQ(world.count_events("notified"), 1U);
  EXPECT_EQ(world.platform.bootstraps, 2) << "one at power-on, one for the move";
  EXPECT_EQ(world.platform.replies, 1);
  EXPECT_EQ(world.device.agent().state(), AgentState::online);
}

TEST_F(DeviceMoves, SentBackToTheSamePlaceItWaitsLongerEachTime) {
  // A platform that notifies for ever and always answers the endpoint that the device is at already.
  world.platform.placement = TinyPlatform::Placement::handover;
  world.platform.always_bootstraps_to = "a.example";
  world.from_platform(world.platform.notify());
  world.pass(minutes{30});
  EXPECT_GT(world.count_events("notified"), 10U);
  EXPECT_LT(world.count_events("notified"), 60U) << "half an hour of moves to nowhere must not become a hot loop";
  Duration longest{0};
  for (const Duration delay : world.delays) longest = std::max(longest, delay);
  EXPECT_GT(longest, seconds{60});
  EXPECT_EQ(world.flash_writes, 1U) << "an endpoint that is stored is not written again";
}

TEST_F(DeviceMoves, AnAnswerThatChangesNothingIsNotFollowedAtOnce) {
  world.platform.placement = TinyPlatform::Placement::handover;
  world.platform.always_bootstraps_to = "a.example";
  notify_command("0");
  EXPECT_EQ(world.device.agent().state(), AgentState::backing_off);
  EXPECT_EQ(world.count_events("connect_started"), 0U);
}

TEST_F(DeviceMoves, AFewMovesInARowAreQuickAndManyAreNot) {
  // Two instances that play ball with the device: each bootstrap answers the other one, each connect is notified.
  world.platform.placement = TinyPlatform::Placement::handover;
  const Instant begin = world.now;
  world.from_platform(world.platform.notify());
  int moves = 0;
  for (int turn = 0; turn < 400 && world.now < begin + minutes{10}; ++turn) {
    world.platform.placement = TinyPlatform::Placement::handover;
    world.platform.always_bootstraps_to = moves % 2 == 0 ? "b.example" : "a.example";
    const std::size_t before = world.count_events("bootstrap_answered");
    world.run_until([&] { return world.count_events("bootstrap_answered") > before; }, minutes{5});
    ++moves;
    if (moves == limits::quick_moves_max) {
      EXPECT_EQ(world.now, begin) << "the first few are honest moves and lose no time";
    }
    world.platform.placement = TinyPlatform::Placement::handover;
    const std::size_t connected = world.count_events("connected");
    world.run_until([&] { return world.count_events("connected") > connected; }, minutes{5});
    world.platform.placement = TinyPlatform::Placement::handover;
    world.from_platform(world.platform.notify());
  }
  EXPECT_LT(moves, 40) << "ten minutes of it";
}

TEST_F(DeviceMoves, AfterAStableTimeMovesAreQuickAgain) {
  for (int i = 0; i < 12; ++i) {
    world.pass(seconds{61});
    world.platform.placement = i % 2 == 0 ? TinyPlatform::Placement::handover : TinyPlatform::Placement::at_a;
    const Instant before = world.now;
    notify_command("0");
    EXPECT_EQ(world.now, before);
    EXPECT_EQ(world.device.agent().state(), AgentState::online) << "move " << i;
  }
  EXPECT_TRUE(world.delays.empty());
}

TEST_F(DeviceMoves, AMessageBehindTheNotifyIsNeitherGivenNorAcknowledged) {
  // The device has said DISCONNECT by then; the platform keeps what is not acknowledged.
  world.platform.distribute();
  Bytes bytes = world.platform.notify();
  const Bytes message = publish_packet("/a1TestPK001/dev1/user/get", "last words", 9);
  bytes.insert(bytes.end(), message.begin(), message.end());
  world.from_platform(bytes);
  world.settle();
  EXPECT_EQ(world.count_events("notified"), 1U);
  EXPECT_FALSE(world.has_event("message_received"));
  EXPECT_EQ(world.all_sent[1].find(std::string("\x40\x02\x00\x09", 4)), std::string::npos);
  EXPECT_EQ(world.device.agent().state(), AgentState::online);
}

TEST(DeviceMovesWithoutAutoSubscription, AreSubscribedForAfterEachConnect) {
  DeviceWorld world;
  world.config.subscribe_notify = true;
  ASSERT_TRUE(world.live());
  const std::string& sent = world.all_sent[1];
  const std::string filter = "/sys/a1TestPK001/dev1/thing/bootstrap/notify";
  std::size_t count = 0;
  for (std::size_t at = sent.find(filter + "\x01"); at != std::string::npos; at = sent.find(filter + "\x01", at + 1)) ++count;
  EXPECT_EQ(count, 2U) << "once at A, once at B";
  EXPECT_FALSE(world.has_event("subscribed")) << "the application did not ask";
}

TEST(DeviceMovesWithoutAutoSubscription, AreSubscribedForThoughWhatIsOwedWouldFillTheStep) {
  DeviceWorld world;
  world.config.subscribe_notify = true;
  world.go_online();
  world.lose_link(Leg::mqtt, LinkEnd::reset);  // already lost, but the device has not heard of it yet
  const std::string half_of_all(limits::scratch_bytes / 2 - 12, 'x');
  const std::string nearly_half = half_of_all.substr(sizeof(WaitingPublish));  // it fits a large block, the other takes the only huge one
  world.give(PublishCommand{"t", bytes_of(nearly_half), Qos::at_least_once, 1});
  world.give(PublishCommand{"t", bytes_of(half_of_all), Qos::at_least_once, 2});
  ASSERT_EQ(world.count_events("published"), 2U);
  world.all_sent[1].clear();
  world.pass(minutes{1});
  EXPECT_NE(world.all_sent[1].find("/sys/a1TestPK001/dev1/thing/bootstrap/notify\x01"), std::string::npos);
  EXPECT_EQ(world.count_events("publish_acknowledged"), 2U);
}

}  // namespace
}  // namespace fleetsim::device::testing
