// Messages to devices: QoS 1 until acknowledged, the window of unacknowledged ones, the queue of a device that is away.
#include <gtest/gtest.h>

#include "tests/platform-mock/broker_world.hpp"

namespace fleetsim::platform::broker_test {
namespace {

const std::string topic = "/a1TestPK001/dev1/user/get";
const SignedConnect kept{.clean = false};

std::string message(std::string_view payload, std::uint16_t packet_id, bool duplicate = false) {
  return publish({.topic = topic, .payload = std::string(payload), .qos = 1, .packet_id = packet_id, .duplicate = duplicate});
}

Client subscribed(BrokerWorld& world, const SignedConnect& how) {
  Client client = world.connect(shanghai, "dev1", how);
  client.send(subscribe(1, {{topic, 1}})).take();
  return client;
}

TEST(Downlink, CarriesThePublishersQos) {
  BrokerWorld world;
  Client client = subscribed(world, {});
  EXPECT_TRUE(world.publish_to("dev1", topic, "a", 0));
  EXPECT_TRUE(world.publish_to("dev1", topic, "b", 1));
  EXPECT_EQ(hex(client.take()), hex(publish({.topic = topic, .payload = "a"}) + message("b", 1)));
}

TEST(Downlink, RefusesWhatCannotReachTheDevice) {
  BrokerWorld world;
  EXPECT_FALSE(world.publish_to("dev1", topic, "a", 1));  // never connected
  Client client = world.connect(shanghai, "dev1");
  EXPECT_FALSE(world.publish_to("dev1", topic, "a", 1));  // not subscribed
  client.send(subscribe(1, {{"/a1TestPK001/dev1/user/#", 1}})).take();
  for (const std::string& bad :
       {std::string("/a1TestPK001/dev2/user/get"), std::string("/a1TestPK001/dev1/user/#"), std::string(), std::string("x"),
        std::string("/a1TestPK001/dev1/user/\xff"), "/a1TestPK001/dev1/user/" + std::string(2000, 'x')})
    EXPECT_FALSE(world.publish_to("dev1", bad, "a", 1)) << bad;
  EXPECT_FALSE(world.platform.publish_to_device(DeviceIndex{99}, topic, {}, 0, world.now, world.ledger));
  EXPECT_FALSE(world.publish_to("dev1", topic, std::string(256 * 1024 + 1, 'x'), 1));
  client.drop();
  EXPECT_FALSE(world.publish_to("dev1", topic, "a", 1));  // offline, nothing kept
  EXPECT_EQ(client.take(), "");
}

TEST(Downlink, IsKeptForAKeptSessionAndSentInOrder) {
  BrokerWorld world;
  Client client = subscribed(world, kept);
  client.drop();
  EXPECT_TRUE(world.publish_to("dev1", topic, "a", 1));
  EXPECT_FALSE(world.publish_to("dev1", topic, "lost", 0));
  EXPECT_TRUE(world.publish_to("dev1", topic, "b", 1));
  Client again = world.connecting(shanghai, "dev1", kept);
  EXPECT_EQ(hex(again.take()), "20020100" + hex(message("a", 1) + message("b", 2)));
  again.send(puback(1)).send(puback(2)).drop();
  EXPECT_EQ(hex(world.connecting(shanghai, "dev1", kept).take()), "20020100");
}

TEST(Downlink, IsSentAgainWithDupAfterALoss) {
  BrokerWorld world;
  Client client = subscribed(world, kept);
  for (const std::string_view payload : {"a", "b", "c"}) world.publish_to("dev1", topic, payload, 1);
  EXPECT_EQ(hex(client.take()), hex(message("a", 1) + message("b", 2) + message("c", 3)));
  client.send(puback(2)).drop();
  world.publish_to("dev1", topic, "d", 1);
  Client again = world.connecting(shanghai, "dev1", kept);
  EXPECT_EQ(hex(again.take()), "20020100" + hex(message("a", 1, true) + message("c", 3, true) + message("d", 4)));
}

TEST(Downlink, IgnoresAcknowledgementsOfNothing) {
  BrokerWorld world;
  Client client = subscribed(world, {});
  client.send(puback(9));
  world.publish_to("dev1", topic, "a", 1);
  client.send(puback(9)).send(puback(1)).send(puback(1));
  EXPECT_FALSE(client.closed());
}

TEST(Downlink, HoldsBackWhatIsMoreThanTheWindow) {
  PlatformConfig config = three_regions();
  config.limits.unacknowledged_per_device = 2;
  BrokerWorld world(config);
  Client client = subscribed(world, {});
  for (const std::string_view payload : {"a", "b", "c", "d"}) EXPECT_TRUE(world.publish_to("dev1", topic, payload, 1));
  EXPECT_EQ(hex(client.take()), hex(message("a", 1) + message("b", 2)));
  client.send(puback(2));
  EXPECT_EQ(hex(client.take()), hex(message("c", 3)));
  client.send(puback(1)).send(puback(3));
  EXPECT_EQ(hex(client.take()), hex(message("d", 4)));
}

TEST(Downlink, RefusesTheNewestWhenTheQueueIsFull) {
  PlatformConfig config = three_regions();
  config.limits.offline_queue_per_device = 2;
  BrokerWorld world(config);
  subscribed(world, kept).drop();
  EXPECT_TRUE(world.publish_to("dev1", topic, "a", 1));
  EXPECT_TRUE(world.publish_to("dev1", topic, "b", 1));
  EXPECT_FALSE(world.publish_to("dev1", topic, "c", 1));
  EXPECT_EQ(world.ledger.of(PlatformEventKind::publish_dropped).at(0).reason, "queue of the device is full");
  EXPECT_EQ(hex(world.connecting(shanghai, "dev1", kept).take()), "20020100" + hex(message("a", 1) + message("b", 2)));
}

TEST(Downlink, ForgetsAMessageAfterSevenDays) {
  BrokerWorld world;
  subscribed(world, kept).drop();
  world.publish_to("dev1", topic, "old", 1);
  world.now += std::chrono::hours{24};
  world.publish_to("dev1", topic, "new", 1);
  world.now += std::chrono::hours{6 * 24} + std::chrono::seconds{1};
  EXPECT_EQ(hex(world.connecting(shanghai, "dev1", kept).take()), "20020100" + hex(message("new", 1)));
}

TEST(Downlink, NeverUsesPacketIdZeroOrOneInFlight) {
  PlatformConfig config = three_regions();
  config.limits.mode = LimitsMode::unlimited;
  BrokerWorld world(config);
  Client client = subscribed(world, {});
  world.publish_to("dev1", topic, "held", 1);  // id 1 stays in flight
  client.take();
  for (int i = 2; i <= 65535; ++i) {
    world.publish_to("dev1", topic, "x", 1);
    client.send(puback(static_cast<std::uint16_t>(i)));
  }
  client.take();
  world.publish_to("dev1", topic, "wrapped", 1);
  EXPECT_EQ(hex(client.take()), hex(message("wrapped", 2)));
}

TEST(Downlink, IsThrottledPerDeviceAndSecond) {
  PlatformConfig config = three_regions();
  config.limits.downlink_per_second_per_device = 2;
  BrokerWorld world(config);
  Client client = subscribed(world, {});
  EXPECT_TRUE(world.publish_to("dev1", topic, "a", 0));
  EXPECT_TRUE(world.publish_to("dev1", topic, "b", 0));
  EXPECT_FALSE(world.publish_to("dev1", topic, "c", 0));
  world.now += std::chrono::seconds{1};
  EXPECT_TRUE(world.publish_to("dev1", topic, "d", 0));
  EXPECT_EQ(hex(client.take()), hex(publish({.topic = topic, .payload = "a"}) + publish({.topic = topic, .payload = "b"}) +
                                    publish({.topic = topic, .payload = "d"})));
}

TEST(Downlink, RefusesTheNewestWhenTheQueueHasItsBytes) {
  PlatformConfig config = three_regions();
  config.limits.offline_queue_bytes_per_device = 1000;
  BrokerWorld world(config);
  subscribed(world, kept).drop();
  const std::string half(400, 'x');
  EXPECT_TRUE(world.publish_to("dev1", topic, half, 1));
  EXPECT_TRUE(world.publish_to("dev1", topic, half, 1));
  EXPECT_FALSE(world.publish_to("dev1", topic, half, 1));
  EXPECT_EQ(world.ledger.of(PlatformEventKind::publish_dropped).at(0).reason, "queue of the device is full");
  Client again = world.connecting(shanghai, "dev1", kept);
  EXPECT_EQ(hex(again.take()), "20020100" + hex(message(half, 1) + message(half, 2)));
  EXPECT_FALSE(world.publish_to("dev1", topic, half, 1)) << "what is not acknowledged counts as well";
  again.send(puback(1));
  EXPECT_TRUE(world.publish_to("dev1", topic, half, 1));
}

TEST(Downlink, TellsOncePerSecondThatItDrops) {
  PlatformConfig config = three_regions();
  config.limits.offline_queue_per_device = 1;
  BrokerWorld world(config);
  subscribed(world, kept).drop();
  for (int i = 0; i < 5; ++i) world.publish_to("dev1", topic, "a", 1);
  EXPECT_EQ(world.platform.statistics().publishes_dropped, 4U);
  EXPECT_EQ(world.ledger.of(PlatformEventKind::publish_dropped).size(), 1U);
  world.now += std::chrono::seconds{1};
  for (int i = 0; i < 5; ++i) world.publish_to("dev1", topic, "a", 1);
  EXPECT_EQ(world.ledger.of(PlatformEventKind::publish_dropped).size(), 2U);
}

TEST(Downlink, IsThrottledPerAccountAndSecond) {
  PlatformConfig config = three_regions();
  config.limits.downlink_per_second_per_account = 2;
  BrokerWorld world(config);
  subscribed(world, kept);
  Client other = world.connect(shanghai, "dev2");
  other.send(subscribe(1, {{"/a1TestPK001/dev2/user/get", 1}}));
  EXPECT_TRUE(world.publish_to("dev1", topic, "a", 0));
  EXPECT_TRUE(world.publish_to("dev2", "/a1TestPK001/dev2/user/get", "b", 0));
  EXPECT_FALSE(world.publish_to("dev2", "/a1TestPK001/dev2/user/get", "c", 0));
  EXPECT_EQ(world.ledger.of(PlatformEventKind::publish_dropped).at(0).reason, "more messages to the device or its account than their rate");
  world.now += std::chrono::seconds{1};
  EXPECT_TRUE(world.publish_to("dev1", topic, "d", 0));
}

}  // namespace
}  // namespace fleetsim::platform::broker_test
