// Distribution on the MQTT side: who is told, when, how a move commits, and what the source does afterwards.
#include <gtest/gtest.h>

#include "tests/platform-mock/broker_world.hpp"

namespace fleetsim::platform::broker_test {
namespace {

using std::chrono::seconds;

const SignedConnect auto_subscribed{.more = ",_ss=1"};

std::string notify(int id, std::uint16_t packet_id, bool duplicate = false) {
  return publish(
      {.topic = sys("dev1", "thing/bootstrap/notify"),
       .payload = R"({"id":")" + std::to_string(id) + R"(","version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":0}})",
       .qos = 1,
       .packet_id = packet_id,
       .duplicate = duplicate});
}

std::string notify_reply(std::string_view payload = R"({"id":"1","code":200,"data":{}})") {
  return publish({.topic = sys("dev1", "thing/bootstrap/notify_reply"), .payload = std::string(payload)});
}

TEST(Notify, GoesAtOnceToADeviceThatIsOnline) {
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1", auto_subscribed);
  const JobIndex job = world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_EQ(hex(client.take()), hex(notify(1, 1)));
  EXPECT_FALSE(client.closed());
  const auto told = world.ledger.of(PlatformEventKind::notify_sent);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].device_name, "dev1");
  EXPECT_EQ(told[0].instance, shanghai);
  EXPECT_EQ(told[0].job, world.platform.distribution().job(job).id);
  client.send(puback(1)).send(notify_reply());
  EXPECT_EQ(client.take(), "");
  const auto replies = world.ledger.of(PlatformEventKind::notify_replied);
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].code, 200);
  EXPECT_EQ(world.platform.statistics().notifies_sent, 1U);
  EXPECT_EQ(world.platform.statistics().notify_replies, 1U);
}

TEST(Notify, GoesWithQosZeroWhenSetSo) {
  PlatformConfig config = three_regions();
  config.notify_qos = 0;
  BrokerWorld world(config);
  Client client = world.connect(shanghai, "dev1", auto_subscribed);
  world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_EQ(client.take().substr(0, 1), "\x30");
}

TEST(Notify, NeedsASubscriptionWhereOnlyThePublishedOnesAreAutomatic) {
  PlatformConfig config = three_regions();
  config.auto_subscriptions = AutoSubscriptions::published;
  BrokerWorld world(config);
  Client client = world.connect(shanghai, "dev1", auto_subscribed);
  world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_EQ(client.take(), "");
  client.send(subscribe(3, {{sys("dev1", "thing/bootstrap/notify"), 1}}));
  EXPECT_EQ(hex(client.take()), hex(bytes("90 03 00 03 01") + notify(1, 1)));
}

TEST(Notify, IsMissedByADeviceThatWasAwayWhereItIsSetSo) {
  PlatformConfig config = three_regions();
  config.notify_at_login = false;
  BrokerWorld world(config);
  world.distribute(shanghai, singapore, {"dev1"});
  Client away = world.connecting(shanghai, "dev1", auto_subscribed);
  EXPECT_EQ(hex(away.take()), "20020000");
  world.distribute(singapore, frankfurt, {"dev1"});
  EXPECT_EQ(hex(away.take()), hex(notify(1, 1))) << "it is there when the next job takes it over";
}

TEST(Notify, GoesDownWithTheNextPacketWhereItsSubscriptionTookTime) {
  PlatformConfig config = three_regions();
  config.subscribe_delay = std::chrono::seconds{2};
  BrokerWorld world(config);
  Client client = world.connect(shanghai, "dev1");
  world.distribute(shanghai, singapore, {"dev1"});
  client.send(subscribe(3, {{sys("dev1", "thing/bootstrap/notify"), 1}}));
  EXPECT_EQ(hex(client.take()), "9003000301");
  world.advance(std::chrono::seconds{2});
  EXPECT_EQ(client.take(), "");
  EXPECT_EQ(hex(client.send(pingreq).take()), hex(notify(1, 1) + bytes("d0 00")));
}

TEST(Notify, WaitsForASubscriptionThatCanHearIt) {
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1");
  world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_EQ(client.take(), "");
  client.send(subscribe(3, {{sys("dev1", "thing/service/#"), 1}}));
  EXPECT_EQ(hex(client.take()), hex(bytes("90 03 00 03 01")));
  client.send(subscribe(4, {{sys("dev1", "thing/bootstrap/notify"), 0}}));
  EXPECT_EQ(hex(client.take()), hex(bytes("90 03 00 04 00") + notify(1, 1)));
  client.send(subscribe(5, {{sys("dev1", "#"), 0}}));
  EXPECT_EQ(hex(client.take()), hex(bytes("90 03 00 05 00")));
}

TEST(Notify, ReachesADeviceThatComesLaterInANotifyOnlySession) {
  BrokerWorld world;
  world.distribute(shanghai, singapore, {"dev1"});
  Client client = world.connect(shanghai, "dev1", auto_subscribed);
  EXPECT_EQ(hex(client.take()), hex(notify(1, 1)));
  // Nothing else goes down or comes up.
  client.send(subscribe(1, {{"/a1TestPK001/dev1/user/x", 1}})).take();
  EXPECT_FALSE(world.publish_to("dev1", "/a1TestPK001/dev1/user/x", "1", 1));
  EXPECT_FALSE(world.publish_to("dev1", "/a1TestPK001/dev1/user/x", "1", 0));
  client.send(
      publish({.topic = sys("dev1", "thing/event/property/post"), .payload = R"({"id":"1","params":{}})", .qos = 1, .packet_id = 2}));
  EXPECT_EQ(hex(client.take()), "40020002");
  const auto dropped = world.ledger.of(PlatformEventKind::publish_dropped);
  ASSERT_EQ(dropped.size(), 1U);
  EXPECT_EQ(dropped[0].reason, "device is being moved away: only its notify_reply is taken here");
  client.send(notify_reply());
  EXPECT_EQ(world.ledger.of(PlatformEventKind::notify_replied).size(), 1U);
  EXPECT_EQ(hex(client.send(pingreq).take()), "d000");
}

TEST(Notify, ComesAgainAfterEveryConnectUntilTheMoveIsDone) {
  BrokerWorld world;
  Client first = world.connect(shanghai, "dev1", auto_subscribed);
  world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_EQ(hex(first.take()), hex(notify(1, 1)));
  first.drop();
  Client second = world.connect(shanghai, "dev1", auto_subscribed);
  EXPECT_EQ(hex(second.take()), hex(notify(2, 1)));
}

TEST(Notify, IsRedeliveredInAKeptSessionAndNotSentTwice) {
  BrokerWorld world;
  const SignedConnect kept{.more = ",_ss=1", .clean = false};
  Client first = world.connect(shanghai, "dev1", kept);
  world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_EQ(hex(first.take()), hex(notify(1, 1)));
  first.drop();
  Client second = world.connecting(shanghai, "dev1", kept);
  EXPECT_EQ(hex(second.take()), "20020100" + hex(notify(1, 1, true)));
  second.send(puback(1)).drop();
  // Acknowledged, but the device still has not moved: it is told anew.
  Client third = world.connecting(shanghai, "dev1", kept);
  EXPECT_EQ(hex(third.take()), "20020100" + hex(notify(2, 2)));
}

TEST(Notify, IsNotRedeliveredOnceTheMoveIsDone) {
  PlatformConfig config = three_regions();
  config.limits.mode = LimitsMode::unlimited;
  BrokerWorld world(config);
  const SignedConnect kept{.more = ",_ss=1", .clean = false};
  Client source = world.connect(shanghai, "dev1", kept);
  world.distribute(shanghai, singapore, {"dev1"});
  world.connect(singapore, "dev1", kept);
  source.drop();
  // Back home: the session of then is not kept, for its notify is of a move that is over.
  world.distribute(singapore, shanghai, {"dev1"});
  Client back = world.connecting(shanghai, "dev1", kept);
  EXPECT_EQ(hex(back.take()), "20020000");
}

TEST(Notify, IsNotHeldUpByAFullQueue) {
  PlatformConfig config = three_regions();
  config.limits.offline_queue_per_device = 2;
  BrokerWorld world(config);
  const SignedConnect kept{.more = ",_ss=1", .clean = false};
  const std::string custom = "/a1TestPK001/dev1/user/get";
  world.connect(shanghai, "dev1", kept).send(subscribe(1, {{custom, 1}})).drop();
  EXPECT_TRUE(world.publish_to("dev1", custom, "a", 1));
  EXPECT_TRUE(world.publish_to("dev1", custom, "b", 1));
  EXPECT_FALSE(world.publish_to("dev1", custom, "c", 1)) << "the queue is full";
  world.distribute(shanghai, singapore, {"dev1"});
  Client source = world.connecting(shanghai, "dev1", kept);
  EXPECT_EQ(hex(source.take()), "20020100" + hex(notify(1, 1)));
}

TEST(Notify, ThatIsRedeliveredCountsForTheJobThatTookOver) {
  BrokerWorld world;
  const SignedConnect kept{.more = ",_ss=1", .clean = false};
  Client first = world.connect(shanghai, "dev1", kept);
  world.distribute(shanghai, singapore, {"dev1"});
  first.drop();
  world.distribute(shanghai, frankfurt, {"dev1"});
  Client second = world.connecting(shanghai, "dev1", kept);
  EXPECT_EQ(hex(second.take()), "20020100" + hex(notify(1, 1, true)));
  const auto stranded = world.platform.distribution().stranded(1);
  ASSERT_EQ(stranded.size(), 1U);
  EXPECT_NE(stranded[0].reason.find("notified, never replied"), std::string::npos) << stranded[0].reason;
}

TEST(Notify, DropsAReplyThatIsNone) {
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1", auto_subscribed);
  world.distribute(shanghai, singapore, {"dev1"});
  for (const std::string_view bad : {"", "x", "[]", R"({"id":"1"})", R"({"id":"1","code":"200"})", R"({"id":"1","code":99999999999})"})
    client.send(notify_reply(bad));
  EXPECT_TRUE(world.ledger.of(PlatformEventKind::notify_replied).empty());
  EXPECT_EQ(world.ledger.of(PlatformEventKind::publish_dropped).size(), 6U);
  client.send(notify_reply(R"({"id":"1","code":5005})"));
  EXPECT_EQ(world.ledger.of(PlatformEventKind::notify_replied).at(0).code, 5005);
}

TEST(Notify, GoesOnlyToTheDevicesOfTheJob) {
  BrokerWorld world;
  Client one = world.connect(shanghai, "dev1", auto_subscribed);
  Client two = world.connect(shanghai, "dev2", auto_subscribed);
  world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_NE(one.take(), "");
  EXPECT_EQ(two.take(), "");
}

TEST(Move, CommitsAtTheTargetAndRefusesTheSource) {
  BrokerWorld world;
  world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_EQ(world.connack(frankfurt, signed_fields("dev1")), 5);
  EXPECT_EQ(world.connack(singapore, signed_fields("dev1", {.device_secret = "x"})), 4);
  EXPECT_TRUE(world.ledger.of(PlatformEventKind::committed).empty());
  Client target = world.connect(singapore, "dev1", auto_subscribed);
  EXPECT_EQ(target.take(), "");
  ASSERT_EQ(world.ledger.of(PlatformEventKind::committed).size(), 1U);
  EXPECT_EQ(world.ledger.of(PlatformEventKind::committed)[0].instance, singapore);
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1")), 5);
  EXPECT_EQ(world.connack(frankfurt, signed_fields("dev1")), 5);
  EXPECT_FALSE(target.closed());
  EXPECT_EQ(world.platform.statistics().commits, 1U);
  EXPECT_EQ(world.connack(singapore, signed_fields("dev1")), 0);
}

TEST(Move, LeavesTheOldSessionItsGraceAndThenClosesIt) {
  BrokerWorld world;
  Client source = world.connect(shanghai, "dev1", auto_subscribed);
  world.distribute(shanghai, singapore, {"dev1"});
  source.take();
  Client target = world.connect(singapore, "dev1", auto_subscribed);
  EXPECT_FALSE(source.closed());
  source.send(notify_reply());
  EXPECT_EQ(world.ledger.of(PlatformEventKind::notify_replied).size(), 1U);
  EXPECT_EQ(world.platform.statistics().sessions_online, 2U);
  world.advance(seconds{29});
  EXPECT_FALSE(source.closed());
  source.send(pingreq);
  world.advance(seconds{1});
  EXPECT_TRUE(source.closed());
  EXPECT_FALSE(target.closed());
  EXPECT_EQ(world.ledger.of(PlatformEventKind::device_disconnected).at(0).reason, "Distributed to another instance");
  // What comes down now comes down at the target.
  EXPECT_TRUE(world.publish_to("dev1", sys("dev1", "thing/service/property/set"), "{}", 0));
  EXPECT_NE(target.take(), "");
  EXPECT_EQ(world.platform.statistics().sessions_online, 1U);
}

TEST(Move, MayLetTheSourceSayGoodbyeFirst) {
  BrokerWorld world;
  Client source = world.connect(shanghai, "dev1", auto_subscribed);
  world.distribute(shanghai, singapore, {"dev1"});
  source.send(notify_reply()).send(disconnect);
  EXPECT_TRUE(source.closed());
  Client target = world.connect(singapore, "dev1", auto_subscribed);
  world.advance(seconds{60});
  EXPECT_FALSE(target.closed());
}

TEST(Move, BackWithinTheGraceReplacesTheLeftover) {
  BrokerWorld world;
  Client at_a = world.connect(shanghai, "dev1", {.more = ",_ss=1,ext=2"});
  world.distribute(shanghai, singapore, {"dev1"});
  Client at_b = world.connect(singapore, "dev1", auto_subscribed);
  world.distribute(singapore, shanghai, {"dev1"});
  EXPECT_FALSE(at_a.closed());
  Client back = world.connect(shanghai, "dev1", auto_subscribed);
  EXPECT_TRUE(at_a.closed());
  EXPECT_FALSE(at_b.closed());
  EXPECT_FALSE(back.closed());
  world.advance(seconds{30});
  EXPECT_TRUE(at_b.closed());
  EXPECT_FALSE(back.closed());
}

TEST(Move, OfADeviceThatRunsThroughThreeInstancesLeavesOneSession) {
  PlatformConfig config = three_regions();
  config.limits.mode = LimitsMode::unlimited;
  BrokerWorld world(config);
  Client a = world.connect(shanghai, "dev1", auto_subscribed);
  world.distribute(shanghai, singapore, {"dev1"});
  Client b = world.connect(singapore, "dev1", auto_subscribed);
  world.distribute(singapore, frankfurt, {"dev1"});
  Client c = world.connect(frankfurt, "dev1", auto_subscribed);
  EXPECT_TRUE(a.closed());
  EXPECT_FALSE(b.closed());
  world.advance(seconds{31});
  EXPECT_TRUE(b.closed());
  EXPECT_FALSE(c.closed());
  EXPECT_EQ(world.platform.statistics().sessions_online, 1U);
}

TEST(Move, RefusesTheSourceAtOnceWhenSetSo) {
  PlatformConfig config = three_regions();
  config.source_login = SourceLogin::refuse;
  BrokerWorld world(config);
  world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1")), 5);
  EXPECT_EQ(world.connack(singapore, signed_fields("dev1")), 0);
}

TEST(Move, IsAcceptedTwiceOnlyWithTheBugPlanted) {
  PlatformConfig config = three_regions();
  config.planted_bugs.source_accepts_after_commit = true;
  BrokerWorld world(config);
  world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_EQ(world.connack(singapore, signed_fields("dev1")), 0);
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1")), 0);
}

TEST(Move, OfManyDevicesCommitsEachOnItsOwn) {
  BrokerWorld world;
  world.distribute(shanghai, singapore, {"dev1", "dev2"});
  EXPECT_EQ(world.connack(singapore, signed_fields("dev2")), 0);
  EXPECT_EQ(world.connack(singapore, signed_fields("dev3")), 5);
  EXPECT_EQ(world.ledger.of(PlatformEventKind::committed).size(), 1U);
  EXPECT_EQ(world.platform.distribution().admit(world.device("dev1"), world.instance(shanghai), {}), Admission::notify_only);
}

}  // namespace
}  // namespace fleetsim::platform::broker_test
