// Limits that are settings: a smaller figure is obeyed, and counted under its name.
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "tests/platform-mock/limits_world.hpp"

namespace fleetsim::platform::broker_test {
namespace {

std::string own_topic(std::string_view tail) { return "/a1TestPK001/dev1/user/" + std::string(tail); }
std::string request_with(const std::string& params) { return R"({"id":"1","version":"1.0","params":)" + params + "}"; }

template <class Change>
PlatformConfig limited(const Change& change) {
  PlatformConfig config = config_with_gateway();
  config.limits.mode = LimitsMode::documented;
  change(config);
  return config;
}

/// What one setting does to a device that says these messages: each limit is reached as often as told, and never where the setting is the
/// documented one.
struct SmallerLimit {
  std::uint32_t Limits::*figure;
  std::uint32_t most;
  std::vector<std::string> said;  // topic and payload, with a space between
  std::string_view limit;
  std::uint64_t times = 1;
};

std::vector<SmallerLimit> smaller_limits() {
  const auto post = [](const std::string& tail, const std::string& params) { return sys("dev1", tail) + " " + request_with(params); };
  const auto shadow = [](const std::string& reported) {
    return R"(/shadow/update/a1TestPK001/dev1 {"method":"update","state":{"reported":)" + reported + R"(},"version":1})";
  };
  const auto inform = [](const std::string& module) {
    return R"(/ota/device/inform/a1TestPK001/dev1 {"id":"1","params":{"version":"1","module":")" + module + R"("}})";
  };
  const std::string two_properties = post("thing/event/property/post", R"({"a":1,"b":2})");
  const std::string history =
      post("thing/event/property/batch/post", R"({"properties":{"a":[{"value":1,"time":5}],"b":[{"value":2,"time":5}]}})");
  const std::string two_lines = post("thing/log/post", R"(["one","two"])");
  const std::string event = post("thing/event/alarm/post", R"({"value":{"level":3}})");
  const std::string one_tag = post("thing/deviceinfo/update", R"([{"attrKey":"a","attrValue":"1"}])");
  const std::string other_tag = post("thing/deviceinfo/update", R"([{"attrKey":"b","attrValue":"1"}])");
  const std::string two_tags = post("thing/deviceinfo/update", R"([{"attrKey":"a","attrValue":"1"},{"attrKey":"b","attrValue":"1"}])");
  return {
      {&Limits::properties_per_device, 1, {two_properties}, "properties_per_device"},
      {&Limits::properties_per_device, 1, {history}, "properties_per_device"},
      {&Limits::property_bytes_per_device, 3, {two_properties}, "properties_per_device"},
      {&Limits::property_bytes_per_device, 3, {history}, "properties_per_device"},
      {&Limits::desired_properties_per_device, 1, {post("thing/property/desired/get", R"(["a","b"])")}, "desired_properties_per_device"},
      {&Limits::records_per_device, 1, {two_lines}, "records_per_device"},
      {&Limits::records_per_device, 1, {event, event, event}, "records_per_device", 2},
      {&Limits::record_bytes_per_device, 5, {event}, "records_per_device"},
      {&Limits::record_bytes_per_device, 5, {two_lines}, "records_per_device"},
      {&Limits::shadow_attributes, 1, {shadow(R"({"a":1,"b":2})")}, "shadow"},
      {&Limits::shadow_bytes, 100, {shadow(R"({"a":")" + std::string(100, 'x') + R"("})")}, "shadow"},
      {&Limits::shadow_depth, 1, {shadow(R"({"a":{}})")}, "shadow"},
      {&Limits::firmware_modules_per_device, 1, {inform("one"), inform("two"), inform("one")}, "firmware_modules_per_device"},
      {&Limits::tags_per_device, 1, {two_tags}, "tags_per_device"},
      {&Limits::tags_per_device, 1, {one_tag, other_tag}, "tags_per_device"},
  };
}

TEST(LimitSettings, OfWhatIsKeptOfADeviceAreObeyed) {
  for (const LimitsMode mode : {LimitsMode::documented, LimitsMode::unlimited}) {
    for (const SmallerLimit& one : smaller_limits()) {
      const auto counted_with = [&](std::uint32_t most) {
        ServicesWorld world(limited([&](PlatformConfig& config) {
          config.limits.mode = mode;
          config.limits.*one.figure = most;
        }));
        Client client = world.online("dev1");
        for (const std::string& said : one.said) {
          const std::size_t space = said.find(' ');
          ServicesWorld::say(client, said.substr(0, space), said.substr(space + 1));
        }
        return reached(world);
      };
      EXPECT_EQ(counted_with(one.most), only(one.limit, one.times)) << one.said.front();
      EXPECT_EQ(counted_with(default_limits.*one.figure), Counted{}) << one.said.front();
    }
  }
}

TEST(LimitSettings, OfWishesAreObeyed) {
  ServicesWorld world(limited([](PlatformConfig& config) {
    config.limits.desired_properties_per_device = 1;
    config.limits.desired_property_bytes = 3;
  }));
  const auto wish = [&world](std::string_view items) {
    return world.platform.devices().set_desired(world.device("dev1"), items, {}, world.turn()).ok();
  };
  EXPECT_TRUE(wish(R"({"a":123})"));
  EXPECT_FALSE(wish(R"({"a":1234})"));
  EXPECT_FALSE(wish(R"({"b":1})"));
  EXPECT_EQ(reached(world), only("desired_properties_per_device", 2));
}

TEST(LimitSettings, OfAGatewaysTopologyIsObeyedUnlessLimitsAreOff) {
  for (const LimitsMode mode : {LimitsMode::documented, LimitsMode::unlimited}) {
    ServicesWorld world(limited([mode](PlatformConfig& config) {
      config.limits.mode = mode;
      config.limits.sub_devices_per_gateway = 1;
    }));
    Client gateway = world.gateway_online();
    const std::string both = request_with("[" + signed_entry("dev1") + "," + signed_entry("dev2") + "]");
    const bool is_limited = mode == LimitsMode::documented;
    EXPECT_TRUE(says(ServicesWorld::ask(gateway, gate_sys("thing/topo/add"), both), is_limited ? "\"code\":6400" : "\"code\":200"));
    EXPECT_EQ(reached(world), is_limited ? only("sub_devices_per_gateway") : Counted{});
    mqtt::DeviceDesk& desk = world.platform.devices();
    desk.add_to_topology(world.gate(), world.device("dev1"), world.turn());
    EXPECT_EQ(desk.add_to_topology(world.gate(), world.device("dev3"), world.turn()), !is_limited);
  }
}

TEST(LimitSettings, OfSubscriptionsAndRetainedMessagesAreObeyed) {
  ServicesWorld world(limited([](PlatformConfig& config) {
    config.limits.mode = LimitsMode::unlimited;
    config.limits.subscriptions_per_device_hard = 1;
    config.limits.retained_messages_per_device = 1;
    config.retain_honoured = true;
  }));
  Client client = world.connect(shanghai, "dev1");
  client.send(subscribe(1, {{own_topic("a"), 0}, {own_topic("b"), 0}}));
  EXPECT_EQ(hex(client.take()), hex(bytes("90 04 00 01 00 80")));
  for (const std::string_view tail : {"a", "b", "a"}) client.send(publish({.topic = own_topic(tail), .payload = "1", .retain = true}));
  EXPECT_EQ(reached(world), (Counted{{"subscriptions_per_device", 1}, {"retained_messages_per_device", 1}}));
}

TEST(LimitSettings, OfUnreleasedQos2MessagesIsObeyed) {
  const auto heard_with = [](std::uint32_t most) {
    ServicesWorld world(limited([most](PlatformConfig& config) {
      config.publish_qos2 = PublishQos2::downgrade;
      config.limits.received_qos2_per_device = most;
    }));
    Client client = world.connect(shanghai, "dev1");
    client.send(subscribe(1, {{own_topic("x"), 0}})).take();
    for (const std::uint16_t id : std::vector<std::uint16_t>{1, 2, 1})
      client.send(publish({.topic = own_topic("x"), .payload = "m", .qos = 2, .packet_id = id}));
    int heard = 0;
    while (!client.take_message().empty()) ++heard;
    return std::pair{heard, reached(world)};
  };
  EXPECT_EQ(heard_with(2), std::pair(2, Counted{}));
  EXPECT_EQ(heard_with(1), std::pair(3, only("received_qos2_per_device", 2))) << "the repetition is taken for a new one";
}

TEST(LimitSettings, OfTheFirstPacketIsObeyed) {
  ServicesWorld world(limited([](PlatformConfig& config) { config.limits.connect_packet_bytes = 256; }));
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1")), 0);
  ConnectFields large = signed_fields("dev2");
  large.will_topic = own_topic("will");
  large.will_payload = std::string(200, 'x');
  EXPECT_EQ(world.connack(shanghai, large), -1);
  EXPECT_EQ(reached(world), only("mqtt_packet_bytes"));
}

TEST(LimitSettings, OfCallsToDevicesAreObeyed) {
  ServicesWorld world(limited([](PlatformConfig& config) {
    config.limits.open_calls = 2;
    config.limits.rrpc_timeout = std::chrono::seconds{2};
    config.limits.call_timeout_max = std::chrono::seconds{4};
  }));
  world.online("dev1");
  std::vector<std::string> ended;
  const auto call = [&](const char* name, std::optional<Duration> timeout) {
    world.platform.devices().call(
        {.kind = mqtt::CallKind::rrpc, .device = world.device("dev1"), .payload = "x", .timeout = timeout},
        [&ended, name](const mqtt::CallOutcome& outcome, const mqtt::Turn&) {
          ended.push_back(name + std::string(outcome.status == mqtt::CallStatus::timed_out ? " timed out" : " not reached"));
        },
        world.turn());
  };
  call("long", std::chrono::seconds{9});
  call("usual", {});
  call("third", {});
  world.advance(std::chrono::seconds{1});
  EXPECT_EQ(ended, std::vector<std::string>{"third not reached"});
  world.advance(std::chrono::seconds{1});
  EXPECT_EQ(ended.back(), "usual timed out");
  world.advance(std::chrono::seconds{1});
  EXPECT_EQ(ended.size(), 2U);
  world.advance(std::chrono::seconds{1});
  EXPECT_EQ(ended.back(), "long timed out");
  EXPECT_EQ(reached(world), only("open_calls"));
}

}  // namespace
}  // namespace fleetsim::platform::broker_test
