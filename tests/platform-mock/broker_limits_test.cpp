// The documented limits on what a device sends, and that `unlimited` lifts them.
#include <gtest/gtest.h>

#include "platform-mock/core/mqtt/link.hpp"
#include "platform-mock/core/mqtt/session.hpp"
#include "tests/platform-mock/broker_world.hpp"

namespace fleetsim::platform::broker_test {
namespace {

std::string custom(std::string_view tail) { return "/a1TestPK001/dev1/user/" + std::string(tail); }

PlatformConfig unlimited() {
  PlatformConfig config = three_regions();
  config.limits.mode = LimitsMode::unlimited;
  return config;
}

std::size_t drops(const BrokerWorld& world) { return world.platform.statistics().publishes_dropped; }

TEST(UplinkRate, DropsInSilenceAndIsReportedOncePerSecond) {
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1");
  for (int i = 0; i < 40; ++i) client.send(publish({.topic = custom("x"), .payload = "1"}));
  EXPECT_EQ(drops(world), 10U);
  for (std::uint16_t id = 1; id <= 15; ++id) {
    client.send(publish({.topic = custom("x"), .payload = "1", .qos = 1, .packet_id = id}));
    EXPECT_EQ(hex(client.take()), hex(puback(id)));
  }
  EXPECT_EQ(drops(world), 15U);
  EXPECT_EQ(world.ledger.of(PlatformEventKind::publish_dropped).size(), 1U);
  EXPECT_EQ(world.ledger.of(PlatformEventKind::publish_dropped)[0].reason,
            "device, its connection or its account sends faster than its rate");
  world.now += std::chrono::seconds{1};
  client.send(publish({.topic = custom("x"), .payload = "1"}));
  EXPECT_EQ(drops(world), 15U);
  EXPECT_FALSE(client.closed());
}

TEST(UplinkRate, IsCountedPerAccountToo) {
  PlatformConfig config = three_regions();
  config.limits.uplink_per_second_per_account = 3;
  BrokerWorld world(config);
  Client one = world.connect(shanghai, "dev1");
  Client two = world.connect(shanghai, "dev2");
  for (Client* client : {&one, &two})
    for (int i = 0; i < 2; ++i) client->send(publish({.topic = "/a1TestPK001/dev1/user/x", .payload = "1"}));
  EXPECT_EQ(world.ledger.of(PlatformEventKind::publish_dropped).back().reason,
            "device, its connection or its account sends faster than its rate");
  world.now += std::chrono::seconds{1};
  const std::size_t before = world.ledger.of(PlatformEventKind::publish_dropped).size();
  one.send(publish({.topic = "/a1TestPK001/dev1/user/x", .payload = "1"}));
  EXPECT_EQ(world.ledger.of(PlatformEventKind::publish_dropped).size(), before);
}

TEST(UplinkRate, IsCountedInBytesPerConnectionToo) {
  PlatformConfig config = three_regions();
  config.limits.uplink_bytes_per_second_per_connection = 1000;
  BrokerWorld world(config);
  Client client = world.connect(shanghai, "dev1");
  const std::string half(450, 'x');
  for (int i = 0; i < 2; ++i) client.send(publish({.topic = "/a1TestPK001/dev1/user/x", .payload = half}));
  EXPECT_TRUE(world.ledger.of(PlatformEventKind::publish_dropped).empty());
  client.send(publish({.topic = "/a1TestPK001/dev1/user/x", .payload = half}));
  EXPECT_EQ(world.ledger.of(PlatformEventKind::publish_dropped).at(0).reason,
            "device, its connection or its account sends faster than its rate");
  EXPECT_FALSE(client.closed());
}

TEST(UplinkRate, IsOffWithoutLimits) {
  BrokerWorld world(unlimited());
  Client client = world.connect(shanghai, "dev1");
  for (int i = 0; i < 1000; ++i) client.send(publish({.topic = custom("x"), .payload = "1"}));
  EXPECT_EQ(drops(world), 0U);
}

TEST(TopicLimit, IsInBytesAndSlashes) {
  const std::string longest = custom(std::string(128 - custom("").size(), 'x'));
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1");
  client.send(publish({.topic = longest, .payload = "1"}));
  client.send(publish({.topic = custom("a/b/c/d"), .payload = "1"}));  // seven slashes
  EXPECT_EQ(drops(world), 0U);
  client.send(publish({.topic = longest + "x", .payload = "1"}));
  client.send(publish({.topic = custom("a/b/c/d/e"), .payload = "1"}));
  EXPECT_EQ(drops(world), 2U);
  client.send(subscribe(1, {{longest + "x", 0}, {custom("a/b/c/d/e"), 0}, {sys("dev1", "thing/event/property/history/post_reply"), 0}}));
  EXPECT_EQ(hex(client.take()), hex(bytes("90 05 00 01 80 80 00")));
  BrokerWorld open(unlimited());
  Client other = open.connect(shanghai, "dev1");
  other.send(publish({.topic = longest + "x", .payload = "1"}));
  EXPECT_EQ(drops(open), 0U);
}

TEST(TopicLimit, KeepsEvenWithoutLimitsWhatNoAnswerCouldName) {
  PlatformConfig config = three_regions();
  config.limits.mode = LimitsMode::unlimited;
  BrokerWorld world(config);
  Client client = world.connect(shanghai, "dev1", {.more = ",_ss=1"});
  const std::string topic = sys("dev1", "thing/event/" + std::string(65535 - 60, 'e') + "/post");
  ASSERT_LE(topic.size(), 65535U);
  client.send(publish({.topic = topic, .payload = R"({"id":"1","params":{}})"}));
  EXPECT_EQ(client.take(), "");
  EXPECT_EQ(world.ledger.of(PlatformEventKind::publish_dropped).at(0).reason, "topic is too long or too deep");
  EXPECT_FALSE(client.closed());
}

TEST(PayloadLimit, IsTakenToTheByteAndClosesBeyond) {
  const std::size_t most = 256 * 1024;
  for (const std::size_t size : {most, most + 1, most + 2000}) {
    BrokerWorld world;
    Client client = world.connect(shanghai, "dev1");
    client.send(publish({.topic = custom("x"), .payload = std::string(size, 'x'), .qos = 1, .packet_id = 1}));
    EXPECT_EQ(client.closed(), size > most) << size;
    EXPECT_EQ(client.take().empty(), size > most) << size;
    EXPECT_EQ(world.ledger.of(PlatformEventKind::protocol_violation).size(), size > most ? 1U : 0U);
  }
}

TEST(PayloadLimit, ClosesAtTheHeaderOfATooLargePacket) {
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1");
  client.send(bytes("32 ff ff ff 7f"));
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(world.ledger.of(PlatformEventKind::protocol_violation).size(), 1U);
}

TEST(SubscriptionLimit, IsEightFiltersAPacket) {
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1");
  std::vector<std::pair<std::string, std::uint8_t>> ten;
  for (int i = 0; i < 10; ++i) ten.emplace_back(custom(std::to_string(i)), std::uint8_t{1});
  client.send(subscribe(1, ten));
  EXPECT_EQ(hex(client.take()), hex(bytes("90 0c 00 01 01 01 01 01 01 01 01 01 80 80")));
  BrokerWorld open(unlimited());
  Client other = open.connect(shanghai, "dev1");
  other.send(subscribe(1, ten));
  EXPECT_EQ(hex(other.take()), hex(bytes("90 0c 00 01 01 01 01 01 01 01 01 01 01 01")));
}

TEST(SubscriptionLimit, IsAHundredADeviceAndKnownOnesStayFree) {
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1");
  for (std::uint16_t i = 1; i <= 101; ++i) {
    client.send(subscribe(i, {{custom(std::to_string(i)), 0}}));
    EXPECT_EQ(client.take().back(), i <= 100 ? '\x00' : '\x80') << i;
  }
  client.send(subscribe(200, {{custom("7"), 1}}));
  EXPECT_EQ(client.take().back(), '\x01');
  client.send(unsubscribe(201, {custom("7")})).take();
  client.send(subscribe(202, {{custom("new"), 1}}));
  EXPECT_EQ(client.take().back(), '\x01');
}

TEST(ConnectionLimit, ClosesWhatIsOneTooMany) {
  PlatformConfig config = three_regions();
  config.limits.connections_max = 2;
  BrokerWorld world(config);
  Client one = world.open(shanghai);
  Client two = world.open(singapore);
  Client three = world.open(shanghai);
  EXPECT_FALSE(two.closed());
  EXPECT_TRUE(three.closed());
  three.send(connect_packet(signed_fields("dev1")));
  EXPECT_EQ(three.take(), "");
  one.drop();
  Client four = world.open(shanghai);
  EXPECT_FALSE(four.closed());
}

TEST(PacketIds, OfAllInUseLeaveNoneAndEndNoSearch) {
  mqtt::Session session;
  session.downlink = std::make_unique<mqtt::Downlink>();
  for (std::uint32_t id = 1; id <= 65535; ++id) session.downlink->in_flight.emplace_back().packet_id = static_cast<std::uint16_t>(id);
  EXPECT_FALSE(session.has_free_packet_id());
  session.downlink->in_flight.pop_back();
  ASSERT_TRUE(session.has_free_packet_id());
  session.next_packet_id = 65534;
  EXPECT_EQ(session.take_packet_id(), 65535);
}

TEST(Sizes, OfAnIdleConnectionStayWithinSixHundredBytes) {
  // Link, session, their places in the tables and the heap's own share of the two blocks.
  EXPECT_LE(sizeof(mqtt::Link) + sizeof(mqtt::Session) + 150, 600U);
}

}  // namespace
}  // namespace fleetsim::platform::broker_test
