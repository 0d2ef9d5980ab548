// The life of a session: one connection per device, kept sessions, keep-alive, and how each ends.
#include <gtest/gtest.h>

#include "tests/platform-mock/broker_world.hpp"

namespace fleetsim::platform::broker_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string custom(std::string_view tail) { return "/a1TestPK001/dev1/user/" + std::string(tail); }

std::string reason_of_last_disconnect(const BrokerWorld& world) {
  const auto told = world.ledger.of(PlatformEventKind::device_disconnected);
  return told.empty() ? "" : told.back().reason;
}

TEST(OneConnectionPerDevice, TellsTheOldOneAndClosesIt) {
  BrokerWorld world;
  Client old = world.connect(shanghai, "dev1", {.more = ",ext=3"});
  Client fresh = world.connect(shanghai, "dev1", {.more = ",ext=3"});
  EXPECT_EQ(hex(old.take()),
            hex(publish({.topic = "/ext/notify", .payload = R"({"title":"kick","content":"Kicked by the same device"})"})));
  EXPECT_TRUE(old.closed());
  EXPECT_FALSE(fresh.closed());
  EXPECT_EQ(reason_of_last_disconnect(world), "Kicked by the same device");
  EXPECT_EQ(world.platform.statistics().sessions_online, 1U);
  EXPECT_EQ(hex(fresh.send(pingreq).take()), "d000");
}

TEST(OneConnectionPerDevice, ClosesWithoutANoticeThatWasNotAskedFor) {
  BrokerWorld world;
  Client old = world.connect(shanghai, "dev1", {.more = ",ext=1"});
  world.connect(shanghai, "dev1");
  EXPECT_EQ(old.take(), "");
  EXPECT_TRUE(old.closed());
}

TEST(OneConnectionPerDevice, LeavesOtherDevicesAlone) {
  BrokerWorld world;
  Client other = world.connect(shanghai, "dev2");
  world.connect(shanghai, "dev1");
  world.connect(shanghai, "dev1");
  EXPECT_FALSE(other.closed());
}

TEST(SessionEnd, NamesItsReason) {
  BrokerWorld world;
  Client polite = world.connect(shanghai, "dev1");
  polite.send(disconnect);
  EXPECT_TRUE(polite.closed());
  EXPECT_EQ(reason_of_last_disconnect(world), "Device disconnect");
  Client cut = world.connect(shanghai, "dev1");
  cut.drop();
  EXPECT_FALSE(cut.closed());
  EXPECT_EQ(reason_of_last_disconnect(world), "Connection reset by peer");
  Client rude = world.connect(shanghai, "dev1");
  rude.send(bytes("f0 00"));
  EXPECT_EQ(reason_of_last_disconnect(world), "Connection occurs exception");
  EXPECT_EQ(world.platform.statistics().sessions_online, 0U);
  EXPECT_EQ(world.platform.statistics().connections_open, 0U);
  EXPECT_EQ(world.platform.next_deadline(), kNever);
}

TEST(SessionEnd, ForgetsBytesBehindADisconnect) {
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1");
  client.send(disconnect + pingreq);
  EXPECT_EQ(client.take(), "");
}

TEST(StaleConnection, IsIgnoredInEveryCall) {
  BrokerWorld world;
  Client gone = world.connect(shanghai, "dev1");
  gone.send(disconnect);
  Client fresh = world.connect(shanghai, "dev1");
  EXPECT_EQ(fresh.id().slot, gone.id().slot);
  EXPECT_NE(fresh.id(), gone.id());
  gone.send(pingreq);
  gone.drop();
  EXPECT_EQ(gone.take(), "");
  EXPECT_EQ(hex(fresh.send(pingreq).take()), "d000");
}

TEST(KeepAlive, EndsASilentSessionAfterOneAndAHalfTimes) {
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1", {.keep_alive_s = 30});
  world.advance(seconds{45} - milliseconds{1});
  EXPECT_FALSE(client.closed());
  world.advance(milliseconds{1});
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(reason_of_last_disconnect(world), "Keepalive timeout");
}

TEST(KeepAlive, CountsFromTheLastWholePacket) {
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1", {.keep_alive_s = 30});
  for (int i = 0; i < 10; ++i) {
    world.advance(seconds{40});
    client.send(pingreq);
    ASSERT_FALSE(client.closed()) << i;
  }
  // Bytes that make no packet do not count.
  world.advance(seconds{40});
  client.send(bytes("c0"));
  world.advance(seconds{5});
  EXPECT_TRUE(client.closed());
}

TEST(KeepAlive, CostsNoTimerPerPacket) {
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1", {.keep_alive_s = 30});
  const Instant armed = world.platform.next_deadline();
  world.now += seconds{20};
  client.send(pingreq);
  EXPECT_EQ(world.platform.next_deadline(), armed);
  world.now = armed;
  world.platform.advance(world.now, world.ledger);
  EXPECT_FALSE(client.closed());
  EXPECT_EQ(world.platform.next_deadline(), armed + seconds{20});
}

TEST(KeepAlive, OfZeroNeverEndsASession) {
  PlatformConfig config = three_regions();
  config.limits.mode = LimitsMode::unlimited;
  BrokerWorld world(config);
  Client client = world.connect(shanghai, "dev1", {.keep_alive_s = 0});
  EXPECT_EQ(world.platform.next_deadline(), kNever);
  world.advance(std::chrono::hours{1000});
  EXPECT_FALSE(client.closed());
}

TEST(ConnectTimeout, ClosesALinkThatSaysNothing) {
  BrokerWorld world;
  Client silent = world.open(shanghai);
  Client slow = world.open(shanghai);
  world.advance(seconds{5});
  slow.send(connect_packet(signed_fields("dev1")).substr(0, 20));
  world.advance(seconds{5});
  EXPECT_TRUE(silent.closed());
  EXPECT_TRUE(slow.closed());
  const auto told = world.ledger.of(PlatformEventKind::protocol_violation);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].reason, "no CONNECT in time");
}

TEST(KeptSession, RemembersSubscriptionsAndSaysSo) {
  BrokerWorld world;
  Client first = world.connect(shanghai, "dev1", {.clean = false});
  first.send(subscribe(1, {{custom("get"), 1}}));
  first.drop();
  Client second = world.connecting(shanghai, "dev1", {.clean = false});
  EXPECT_EQ(hex(second.take()), "20020100");
  EXPECT_TRUE(world.publish_to("dev1", custom("get"), "x", 0));
  EXPECT_EQ(hex(second.take()), hex(publish({.topic = custom("get"), .payload = "x"})));
}

TEST(KeptSession, EndsWithACleanConnect) {
  BrokerWorld world;
  world.connect(shanghai, "dev1", {.clean = false}).send(subscribe(1, {{custom("get"), 1}}));
  world.connect(shanghai, "dev1", {.clean = true});
  EXPECT_FALSE(world.publish_to("dev1", custom("get"), "x", 0));
  Client third = world.connecting(shanghai, "dev1", {.clean = false});
  EXPECT_EQ(hex(third.take()), "20020000");
}

TEST(KeptSession, SurvivesATakeover) {
  BrokerWorld world;
  Client first = world.connect(shanghai, "dev1", {.clean = false});
  first.send(subscribe(1, {{custom("get"), 1}}));
  Client second = world.connecting(shanghai, "dev1", {.clean = false});
  EXPECT_TRUE(first.closed());
  EXPECT_EQ(hex(second.take()), "20020100");
}

/// What a kept session hears of its own will after it was cut, or after it said goodbye.
std::string heard_of_will(bool honoured, bool says_goodbye) {
  PlatformConfig config = three_regions();
  config.will_honoured = honoured;
  BrokerWorld world(config);
  Client client = world.open(shanghai);
  ConnectFields fields = signed_fields("dev1", {.clean = false});
  fields.will_topic = custom("gone");
  fields.will_payload = "bye";
  fields.will_qos = 1;
  client.send(connect_packet(fields)).send(subscribe(1, {{custom("gone"), 1}}));
  if (says_goodbye) {
    client.send(disconnect);
  } else {
    client.drop();
  }
  return hex(world.connecting(shanghai, "dev1", {.clean = false}).take());
}

TEST(Will, IsIgnoredUnlessTheSettingHonoursIt) {
  const std::string session_present = "20020100";
  EXPECT_EQ(heard_of_will(false, false), session_present);
  EXPECT_EQ(heard_of_will(true, true), session_present);
  EXPECT_EQ(heard_of_will(true, false),
            session_present + hex(publish({.topic = custom("gone"), .payload = "bye", .qos = 1, .packet_id = 1})));
}

TEST(Drain, ClosesSessionsAndRefusesNewOnes) {
  BrokerWorld world;
  Client one = world.connect(shanghai, "dev1");
  Client two = world.connect(shanghai, "dev2");
  Client waiting = world.open(shanghai);
  world.platform.drain(world.now, world.ledger);
  EXPECT_TRUE(one.closed());
  EXPECT_TRUE(two.closed());
  EXPECT_EQ(reason_of_last_disconnect(world), "Platform is shutting down");
  waiting.send(connect_packet(signed_fields("dev3")));
  EXPECT_EQ(hex(waiting.take()), "20020003");
  EXPECT_EQ(world.platform.statistics().sessions_online, 0U);
}

}  // namespace
}  // namespace fleetsim::platform::broker_test
