// Every limit that a device can run into is counted under its name, once for each time, and nothing else is.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "platform-mock/core/mqtt/device_desk.hpp"
#include "tests/platform-mock/limits_world.hpp"

namespace fleetsim::platform::broker_test {
namespace {

std::string custom(std::string_view tail) { return "/a1TestPK001/dev1/user/" + std::string(tail); }
std::string alink(const std::string& params) { return R"({"id":"1","version":"1.0","params":)" + params + "}"; }

template <class Change>
PlatformConfig with(const Change& change) {
  PlatformConfig config = config_with_gateway();
  config.limits.mode = LimitsMode::documented;
  change(config);
  return config;
}

PlatformConfig documented() {
  return with([](PlatformConfig&) {});
}

/// `count` of what `one` says, with commas between.
template <class One>
std::string list(int count, const One& one) {
  std::string text;
  for (int i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + one(i);
  return text;
}

TEST(LimitCounts, AreAllZeroAfterOrdinaryTraffic) {
  ServicesWorld world(documented());
  Client client = world.online("dev1");
  client.send(publish({.topic = custom("x"), .payload = "1", .qos = 1, .packet_id = 1}));
  EXPECT_TRUE(world.publish_to("dev1", sys("dev1", "thing/service/reboot"), "hello", 1));
  ServicesWorld::ask(client, sys("dev1", "thing/event/property/post"), alink(R"({"power":1})"));
  EXPECT_EQ(reached(world), Counted{});
}

TEST(LimitCounts, UplinkRatesByQos) {
  ServicesWorld world(documented());
  Client client = world.online("dev1");
  for (int i = 0; i < 34; ++i) client.send(publish({.topic = custom("x"), .payload = "1"}));
  EXPECT_EQ(reached(world), only("uplink_qos0_per_second_per_device", 4));
  ServicesWorld other(documented());
  Client second = other.online("dev1");
  for (std::uint16_t id = 1; id <= 13; ++id) second.send(publish({.topic = custom("x"), .payload = "1", .qos = 1, .packet_id = id}));
  EXPECT_EQ(reached(other), only("uplink_qos1_per_second_per_device", 3));
}

TEST(LimitCounts, ConnectRates) {
  ServicesWorld world(with([](PlatformConfig& config) { config.limits.connects_per_minute_per_device = 1; }));
  world.connect(shanghai, "dev1");
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1")), 3);
  EXPECT_EQ(reached(world), only("connects_per_minute_per_device"));
  ServicesWorld crowded(with([](PlatformConfig& config) { config.limits.connects_per_second_per_account = 1; }));
  crowded.connect(shanghai, "dev1");
  EXPECT_EQ(crowded.connack(shanghai, signed_fields("dev2")), 3);
  EXPECT_EQ(reached(crowded), only("connects_per_second_per_account"));
}

TEST(LimitCounts, DownlinkRateQueueAndUnacknowledged) {
  ServicesWorld fast(with([](PlatformConfig& config) { config.limits.downlink_per_second_per_device = 2; }));
  fast.online("dev1");
  for (int i = 0; i < 3; ++i) fast.publish_to("dev1", sys("dev1", "thing/service/reboot"), "x", 0);
  EXPECT_EQ(reached(fast), only("downlink_per_second_per_device"));

  ServicesWorld away(with([](PlatformConfig& config) { config.limits.offline_queue_per_device = 2; }));
  away.connect(shanghai, "dev1", {.more = ",_ss=1", .clean = false}).drop();
  for (int i = 0; i < 3; ++i) away.publish_to("dev1", sys("dev1", "thing/service/reboot"), "x", 1);
  EXPECT_EQ(reached(away), only("offline_queue_per_device"));

  ServicesWorld slow(with([](PlatformConfig& config) { config.limits.unacknowledged_per_device = 1; }));
  slow.online("dev1");
  for (int i = 0; i < 3; ++i) slow.publish_to("dev1", sys("dev1", "thing/service/reboot"), "x", 1);
  EXPECT_EQ(reached(slow), only("unacknowledged_per_device", 2)) << "two had to wait for the first one's acknowledgement";
}

TEST(LimitCounts, AMessageThatWaitedTooLong) {
  ServicesWorld world(documented());
  world.connect(shanghai, "dev1", {.more = ",_ss=1", .clean = false}).drop();
  ASSERT_TRUE(world.publish_to("dev1", sys("dev1", "thing/service/reboot"), "x", 1));
  world.now += std::chrono::hours{8 * 24};
  world.connecting(shanghai, "dev1", {.more = ",_ss=1", .clean = false});
  EXPECT_EQ(reached(world), only("message_retention"));
}

TEST(LimitCounts, SubscriptionsFiltersAndTopics) {
  ServicesWorld world(with([](PlatformConfig& config) { config.limits.subscriptions_per_device = 1; }));
  Client client = world.connect(shanghai, "dev1");
  client.send(subscribe(1, {{custom("a"), 0}, {custom("b"), 0}}));
  EXPECT_EQ(reached(world), only("subscriptions_per_device"));

  ServicesWorld many(with([](PlatformConfig& config) { config.limits.filters_per_subscribe = 1; }));
  many.connect(shanghai, "dev1").send(subscribe(1, {{custom("a"), 0}, {custom("b"), 0}, {custom("c"), 0}}));
  EXPECT_EQ(reached(many), only("filters_per_subscribe", 2));

  ServicesWorld deep(documented());
  Client other = deep.connect(shanghai, "dev1");
  other.send(publish({.topic = custom("a/b/c/d/e"), .payload = "1"}));
  other.send(subscribe(1, {{custom("a/b/c/d/e"), 0}}));
  EXPECT_EQ(reached(deep), only("topic", 2));
}

TEST(LimitCounts, PacketsTooLargeAndConnectsTooLate) {
  ServicesWorld world(with([](PlatformConfig& config) { config.limits.payload_bytes = 100; }));
  world.connect(shanghai, "dev1").send(publish({.topic = custom("x"), .payload = std::string(101, 'x')}));
  EXPECT_EQ(reached(world), only("mqtt_packet_bytes"));
  world.connect(shanghai, "dev2").send(publish({.topic = custom("x"), .payload = std::string(5000, 'x')}));
  EXPECT_EQ(reached(world), only("mqtt_packet_bytes", 2)) << "the decoder's limit too";

  ServicesWorld late(documented());
  late.open(shanghai);
  late.advance(std::chrono::seconds{11});
  EXPECT_EQ(reached(late), only("connect_packet_timeout"));
}

TEST(LimitCounts, Connections) {
  ServicesWorld world(with([](PlatformConfig& config) { config.limits.connections_max = 1; }));
  world.open(shanghai);
  world.open(shanghai);
  EXPECT_EQ(reached(world), only("connections"));
}

TEST(LimitCounts, RetainedMessages) {
  ServicesWorld world(with([](PlatformConfig& config) { config.retain_honoured = true; }));
  Client client = world.connect(shanghai, "dev1");
  for (int i = 0; i < 22; ++i) client.send(publish({.topic = custom("r" + std::to_string(i)), .payload = "1", .retain = true}));
  EXPECT_EQ(reached(world), only("retained_messages_per_device", 2));
}

TEST(LimitCounts, WhatIsKeptOfADevice) {
  struct Case {
    std::string topic, payload, limit;
  };
  const auto property = [](int i) { return "\"p" + std::to_string(i) + "\":1"; };
  const auto tag = [](int i) { return R"({"attrKey":"k)" + std::to_string(i) + R"(","attrValue":"v"})"; };
  const std::string deep = R"({"method":"update","state":{"reported":{"a":{"b":{"c":{"d":{"e":{"f":1}}}}}}},"version":1})";
  const std::vector<Case> cases = {
      {sys("dev1", "thing/event/property/post"), alink("{" + list(201, property) + "}"), "properties_per_post"},
      {sys("dev1", "thing/deviceinfo/update"), alink("[" + list(101, tag) + "]"), "tags_per_device"},
      {sys("dev1", "thing/property/desired/get"), alink("[" + list(201, [](int i) { return std::to_string(i); }) + "]"),
       "desired_properties_per_device"},
      {sys("dev1", "thing/log/post"), alink("[" + list(51, [](int) { return std::string{"\"line\""}; }) + "]"), "records_per_device"},
      {"/shadow/update/a1TestPK001/dev1", deep, "shadow"},
  };
  for (const Case& one : cases) {
    ServicesWorld world(documented());
    Client client = world.online("dev1");
    ServicesWorld::say(client, one.topic, one.payload);
    EXPECT_EQ(reached(world), only(one.limit)) << one.topic;
  }
}

TEST(LimitCounts, PropertiesThatDoNotFitBesideThoseThatAreThere) {
  ServicesWorld world(documented());
  Client client = world.online("dev1");
  for (const int first : {0, 200, 400}) {
    const auto property = [first](int i) { return "\"p" + std::to_string(first + i) + "\":1"; };
    ServicesWorld::say(client, sys("dev1", "thing/event/property/post"), alink("{" + list(200, property) + "}"));
  }
  EXPECT_EQ(reached(world), only("properties_per_device"));
}

TEST(LimitCounts, TagsThatDoNotFitBesideThoseThatAreThere) {
  ServicesWorld world(documented());
  Client client = world.online("dev1");
  const auto tag = [](int i) { return R"({"attrKey":"k)" + std::to_string(i) + R"(","attrValue":"v"})"; };
  ServicesWorld::ask(client, sys("dev1", "thing/deviceinfo/update"), alink("[" + list(100, tag) + "]"));
  EXPECT_EQ(reached(world), Counted{});
  const std::string refused =
      ServicesWorld::ask(client, sys("dev1", "thing/deviceinfo/update"), alink(R"([{"attrKey":"more","attrValue":"v"}])"));
  EXPECT_TRUE(says(refused, "too many tags")) << refused;
  EXPECT_EQ(reached(world), only("tags_per_device"));
  EXPECT_TRUE(
      says(ServicesWorld::ask(client, sys("dev1", "thing/deviceinfo/update"), alink(R"([{"attrKey":"k1","attrValue":""}])")), "malformed"));
  EXPECT_EQ(reached(world), only("tags_per_device")) << "a malformed one reaches no limit";
}

TEST(LimitCounts, EventsAndFirmwareModules) {
  ServicesWorld world(with([](PlatformConfig& config) { config.limits.mode = LimitsMode::unlimited; }));
  Client client = world.online("dev1");
  for (int i = 0; i < 52; ++i) ServicesWorld::say(client, sys("dev1", "thing/event/alarm/post"), alink(R"({"value":{"n":1}})"));
  EXPECT_EQ(reached(world), only("records_per_device", 2));
  ServicesWorld other(with([](PlatformConfig& config) { config.limits.mode = LimitsMode::unlimited; }));
  Client second = other.online("dev1");
  for (int i = 0; i < 12; ++i)
    ServicesWorld::say(second, "/ota/device/inform/a1TestPK001/dev1",
                       R"({"id":"1","params":{"version":"1","module":"m)" + std::to_string(i) + R"("}})");
  EXPECT_EQ(reached(other), only("firmware_modules_per_device", 2));
}

TEST(LimitCounts, SubDevices) {
  ServicesWorld world(documented());
  Client gateway = world.gateway_online();
  const auto entry = [](int) { return signed_entry("dev1"); };
  ServicesWorld::say(gateway, gate_sys("thing/topo/add"), alink("[" + list(31, entry) + "]"));
  EXPECT_EQ(reached(world), only("sub_devices_per_request"));
}

TEST(LimitCounts, OpenCallsAndWishes) {
  ServicesWorld world(with([](PlatformConfig& config) {
    config.limits.mode = LimitsMode::unlimited;
    config.limits.unacknowledged_per_device = 65000;
  }));
  world.online("dev1");
  const mqtt::DeviceCall call{.kind = mqtt::CallKind::rrpc, .device = world.device("dev1"), .payload = "x"};
  for (std::size_t i = 0; i < default_limits.open_calls + 2; ++i) world.platform.devices().call(call, {}, world.turn());
  EXPECT_EQ(world.platform.levels().open_calls, default_limits.open_calls);
  EXPECT_EQ(reached(world), only("open_calls", 2));

  ServicesWorld wishing(documented());
  const std::string wishes = "{" + list(201, [](int i) { return "\"p" + std::to_string(i) + "\":1"; }) + "}";
  EXPECT_FALSE(wishing.platform.devices().set_desired(wishing.device("dev1"), wishes, {}, wishing.turn()));
  EXPECT_EQ(reached(wishing), only("desired_properties_per_device"));
}

TEST(LimitCounts, AFullInboxLosesItsOldest) {
  ServicesWorld world(with([](PlatformConfig& config) { config.limits.inbox_messages = 2; }));
  for (int i = 0; i < 3; ++i) world.platform.distribution().codes().send(AccountIndex{0}, AccountIndex{0}, world.now);
  EXPECT_EQ(reached(world), only("inbox_messages"));
}

TEST(PlatformCounts, TellConnectsByInstanceAndCode) {
  ServicesWorld world(documented());
  Client client = world.connect(shanghai, "dev1");
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev2", {.device_secret = "wrong"})), 4);
  EXPECT_EQ(world.connack(singapore, signed_fields("dev1")), 5);
  const InstanceCounts& here = world.platform.counts().instances[world.instance(shanghai).value];
  const InstanceCounts& there = world.platform.counts().instances[world.instance(singapore).value];
  EXPECT_EQ(here.connects_accepted, 1U);
  EXPECT_EQ(here.sessions_online, 1U);
  ASSERT_EQ(here.connects_refused.all().size(), 1U);
  EXPECT_EQ(here.connects_refused.all()[0], (std::pair<std::int32_t, std::uint64_t>{4, 1}));
  ASSERT_EQ(there.connects_refused.all().size(), 1U);
  EXPECT_EQ(there.connects_refused.all()[0], (std::pair<std::int32_t, std::uint64_t>{5, 1}));
  client.drop();
  EXPECT_EQ(here.sessions_online, 0U);
}

TEST(PlatformCounts, TellDropsByReason) {
  ServicesWorld world(documented());
  Client client = world.online("dev1");
  client.send(publish({.topic = "/a1TestPK001/dev2/user/x", .payload = "1"}));
  client.send(publish({.topic = sys("dev1", "thing/bootstrap/notify_reply"), .payload = "no JSON"}));
  const auto& drops = world.platform.counts().drops;
  EXPECT_EQ(drops[static_cast<std::size_t>(DropReason::foreign_topic)], 1U);
  EXPECT_EQ(drops[static_cast<std::size_t>(DropReason::bad_notify_reply)], 1U);
  EXPECT_EQ(world.platform.statistics().publishes_dropped, 2U);
}

TEST(PlatformCounts, TellAMoveWhereItEnds) {
  ServicesWorld world(documented());
  Client client = world.online("dev1");
  world.distribute(shanghai, singapore, {"dev1"});
  client.drop();
  world.connect(singapore, "dev1");
  const auto& instances = world.platform.counts().instances;
  EXPECT_EQ(instances[world.instance(shanghai).value].notifies_sent, 1U);
  EXPECT_EQ(instances[world.instance(singapore).value].commits, 1U);
  EXPECT_EQ(instances[world.instance(shanghai).value].commits, 0U);
}

TEST(CodeCounts, AreBounded) {
  CodeCounts counts;
  for (int i = 0; i < 1000; ++i) counts.add(i);
  counts.add(0);
  EXPECT_EQ(counts.all().size(), CodeCounts::codes_max);
  EXPECT_EQ(counts.all().front(), (std::pair<std::int32_t, std::uint64_t>{0, 2}));
}

}  // namespace
}  // namespace fleetsim::platform::broker_test
