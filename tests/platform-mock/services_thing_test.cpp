// The thing model as devices use it: posts are kept, wishes and shadows answered, questions asked and answered.
#include <gtest/gtest.h>

#include "platform-mock/core/things/thing_limits.hpp"
#include "tests/platform-mock/services_world.hpp"

namespace fleetsim::platform::broker_test {
namespace {

using mqtt::CallKind;
using mqtt::CallStatus;
using std::chrono::seconds;

TEST(PropertyPost, KeepsTheLatestValues) {
  ServicesWorld world;
  Client lamp = world.online("dev1");
  const std::string topic = sys("dev1", "thing/event/property/post");
  world.say(lamp, topic, R"({"id":"1","params":{"power":{"value":"on","time":1524448722000},"level":23.6}})");
  EXPECT_EQ(world.property("dev1", "power"), "\"on\"");
  EXPECT_EQ(world.property("dev1", "level"), "23.6");
  EXPECT_EQ(world.thing("dev1")->properties.find("power")->time_ms, 1524448722000);
  EXPECT_EQ(world.thing("dev1")->properties.find("level")->time_ms, 1700000000000);
  world.say(lamp, topic, R"({"id":"2","params":{"level":24},"sys":{"ack":0}})");
  EXPECT_EQ(world.property("dev1", "level"), "24");
  EXPECT_EQ(world.property("dev2", "level"), "");
}

TEST(PropertyPost, KeepsNothingOfARefusedMessage) {
  ServicesWorld world;
  Client lamp = world.online("dev1");
  const std::string topic = sys("dev1", "thing/event/property/post");
  const auto post = [&](int from, int count) {
    std::string params;
    for (int i = from; i < from + count; ++i) params += (params.empty() ? "\"p" : ",\"p") + std::to_string(i) + "\":1";
    return world.ask(lamp, topic, R"({"id":"1","params":{)" + params + "}}");
  };
  EXPECT_TRUE(says(post(0, 201), R"({"code":6106,)"));
  EXPECT_EQ(world.thing("dev1"), nullptr);
  for (int from = 0; from < 400; from += 200) EXPECT_TRUE(says(post(from, 200), R"({"code":200,)"));
  EXPECT_TRUE(says(post(350, 160), R"({"code":6106,)"));
  EXPECT_EQ(world.property("dev1", "p400"), "");
  EXPECT_TRUE(says(post(300, 200), R"({"code":200,)")) << "a hundred of them are known";
  EXPECT_TRUE(says(post(0, 200), R"({"code":200,)"));
  EXPECT_TRUE(says(world.ask(lamp, topic, R"({"id":"1","params":{")" + std::string(200, 'n') + R"(":1}})"), R"({"code":460,)"));
}

TEST(EventPost, KeepsTheLatestEvents) {
  ServicesWorld world;
  Client lamp = world.online("dev1");
  EXPECT_TRUE(says(world.ask(lamp, sys("dev1", "thing/event/alarm/post"), R"({"id":"1","params":{"value":{"level":3},"time":5}})"),
                   "\"code\":200"));
  world.say(lamp, sys("dev1", "thing/event/lid/post"), R"({"id":"2","params":{"open":true}})");
  const things::RecordRing& events = world.thing("dev1")->known_details()->events;
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].name, "alarm");
  EXPECT_EQ(events[0].text, R"({"level":3})");
  EXPECT_EQ(events[0].time_ms, 5);
  EXPECT_EQ(events[1].text, R"({"open":true})");
}

TEST(HistoryPost, DoesNotReplaceWhatIsNewer) {
  ServicesWorld world;
  Client lamp = world.online("dev1");
  world.say(lamp, sys("dev1", "thing/event/property/post"), R"({"id":"1","params":{"level":{"value":9,"time":100}}})");
  EXPECT_TRUE(says(
      world.ask(lamp, sys("dev1", "thing/event/property/batch/post"),
                R"({"id":"2","params":{"properties":{"level":[{"value":1,"time":50},{"value":2,"time":60}],"on":[{"value":1,"time":70}]},)"
                R"("events":{"alarm":[{"value":{"n":1},"time":71}]}}})"),
      "\"code\":200"));
  EXPECT_EQ(world.property("dev1", "level"), "9");
  EXPECT_EQ(world.property("dev1", "on"), "1");
  EXPECT_EQ(world.thing("dev1")->known_details()->events[0].text, R"({"n":1})");
  const std::string history = sys("dev1", "thing/event/property/history/post");
  EXPECT_TRUE(says(world.ask(lamp, history,
                             R"({"id":"3","params":[{"identity":{"productKey":"a1TestPK001","deviceName":"dev1"},)"
                             R"("properties":[{"level":{"value":10,"time":200}}],"events":[]}]})"),
                   "\"code\":200"));
  EXPECT_EQ(world.property("dev1", "level"), "10");
  EXPECT_TRUE(says(
      world.ask(
          lamp, history,
          R"({"id":"3","params":[{"identity":{"productKey":"a1TestPK001","deviceName":"dev2"},"properties":[{"level":{"value":1,"time":1}}]}]})"),
      "\"code\":6401"));
  EXPECT_EQ(world.property("dev2", "level"), "");
}

TEST(HistoryPost, KeepsNothingOfAMessageThatDoesNotFit) {
  ServicesWorld world;
  Client lamp = world.online("dev1");
  const std::string history = sys("dev1", "thing/event/property/history/post");
  const auto properties = [](int from, int count) {
    std::string text;
    for (int i = from; i < from + count; ++i) text += (text.empty() ? "\"p" : ",\"p") + std::to_string(i) + "\":{\"value\":1,\"time\":5}";
    return "{" + text + "}";
  };
  const auto report = [&](int from, int count) {
    return R"({"identity":{"productKey":"a1TestPK001","deviceName":"dev1"},"properties":[)" + properties(from, count) + "]}";
  };
  const auto post = [&](const std::string& reports) { return world.ask(lamp, history, R"({"id":"1","params":[)" + reports + "]}"); };
  EXPECT_TRUE(says(post(report(0, 201)), "\"code\":6106")) << "200 a post";
  EXPECT_EQ(world.property("dev1", "p0"), "");
  EXPECT_TRUE(says(post(report(0, 200)), "\"code\":200"));
  EXPECT_TRUE(says(post(report(200, 200)), "\"code\":200"));
  EXPECT_TRUE(says(post(report(400, 60) + "," + report(460, 60)), "\"code\":6106")) << "500 a device, however many reports";
  EXPECT_EQ(world.property("dev1", "p400"), "");
  EXPECT_TRUE(says(
      world.ask(lamp, sys("dev1", "thing/event/property/batch/post"), R"({"id":"2","params":{"properties":)" + properties(400, 120) + "}}"),
      "\"code\":6106"));
  EXPECT_EQ(world.property("dev1", "p400"), "");
  EXPECT_TRUE(says(post(report(350, 150)), "\"code\":200")) << "fifty of them are known";
  EXPECT_EQ(world.property("dev1", "p499"), "1");
}

TEST(PropertyPost, KeepsAllOfThemWhereMoreAreAllowed) {
  PlatformConfig config = config_with_gateway();
  config.limits.properties_per_post = 400;
  ServicesWorld world(config);
  Client lamp = world.online("dev1");
  std::string params;
  for (int i = 0; i < 400; ++i) params += (i == 0 ? "{\"p" : ",\"p") + std::to_string(i) + "\":1";
  EXPECT_TRUE(says(world.ask(lamp, sys("dev1", "thing/event/property/post"), R"({"id":"1","params":)" + params + "}}"), "\"code\":200"));
  EXPECT_EQ(world.property("dev1", "p399"), "1");
}

TEST(HistoryPost, IsCountedAgainstTheDeviceThatItIsAbout) {
  ServicesWorld world;
  Client lamp = world.online("dev1");
  const std::string half_of_all(things::default_thing_limits.property_bytes_per_device / 2, 'x');
  ASSERT_TRUE(says(world.ask(lamp, sys("dev1", "thing/event/property/post"), R"({"id":"1","params":{"big":")" + half_of_all + "\"}}"),
                   "\"code\":200"));
  Client gateway = world.gateway_online();
  world.ask(gateway, gate_sys("thing/topo/add"), R"({"id":"1","params":[)" + signed_entry("dev1") + "]}");
  const std::string report = R"([{"identity":{"productKey":"a1TestPK001","deviceName":"dev1"},"properties":[{"more":{"value":")" +
                             half_of_all + R"(","time":5}}]}])";
  EXPECT_TRUE(
      says(world.ask(gateway, gate_sys("thing/event/property/history/post"), R"({"id":"1","params":)" + report + "}"), "\"code\":6106"));
  EXPECT_EQ(world.property("dev1", "more"), "");
}

TEST(ServiceTopics, AreCutAtTheirNamesWhateverTheProductIsCalled) {
  PlatformConfig config = config_with_gateway();
  for (const std::string_view key : {"ota", "ext"}) {
    ProductConfig added = config.products.front();
    added.key = ProductKey{key};
    added.devices = {{DeviceName{"dev1"}, std::string(secret)}};
    config.products.push_back(added);
  }
  ServicesWorld world(config);
  const auto online = [&world](const std::string& key) {
    Client client = world.open(shanghai);
    ConnectFields fields;
    fields.client_id = "id|securemode=3,signmethod=hmacsha256,_ss=1|";
    fields.username = "dev1&" + key;
    fields.password = hmac_hex("hmacsha256", secret, "clientIdiddeviceNamedev1productKey" + key);
    client.send(connect_packet(fields));
    client.take();
    return client;
  };
  Client clock = online("ext");
  EXPECT_TRUE(says(world.ask(clock, "/ext/ntp/ext/dev1/request", R"({"deviceSendTime":"1"})"), "/ext/ntp/ext/dev1/response "));
  Client update = online("ota");
  world.say(update, "/ota/device/inform/ota/dev1", R"({"id":1,"params":{"version":"1.0.1"}})");
  const auto device = world.platform.registry().find_device("ota", "dev1");
  const things::ThingData* thing = world.platform.things().find(*device, world.place());
  ASSERT_NE(thing, nullptr);
  ASSERT_NE(thing->known_details(), nullptr);
  EXPECT_EQ(thing->known_details()->version_of("default"), "1.0.1");
}

TEST(EventPost, RefusesAnEventLargerThanAllThatIsKept) {
  ServicesWorld world;
  Client lamp = world.online("dev1");
  const std::string large(things::default_thing_limits.record_bytes_per_device + 1, 'x');
  EXPECT_TRUE(
      says(world.ask(lamp, sys("dev1", "thing/event/alarm/post"), R"({"id":"1","params":{"value":")" + large + "\"}}"), "\"code\":460"));
}

TEST(Desired, IsToldGotAndCleared) {
  ServicesWorld world;
  EXPECT_FALSE(world.platform.devices().set_desired(world.device("dev1"), R"({"power":"on","level":5})", "", world.turn())->told);
  Client lamp = world.online("dev1");
  const std::string get = sys("dev1", "thing/property/desired/get");
  EXPECT_TRUE(says(world.ask(lamp, get, R"({"id":"1","params":["power","other","level"]})"),
                   R"("data":{"power":{"value":"on","version":1},"level":{"value":5,"version":2}})"));
  lamp.take();
  const auto outcome = world.platform.devices().set_desired(world.device("dev1"), R"({"power":"off"})", R"({"power":1})", world.turn());
  EXPECT_EQ(outcome->versions, (std::vector<std::pair<std::string, std::uint64_t>>{{"power", 3}}));
  EXPECT_TRUE(says(lamp.take_message(), R"("params":{"power":"off"},"method":"thing.service.property.set"})"));
  EXPECT_EQ(
      world.platform.devices().set_desired(world.device("dev1"), R"({"level":6,"power":"on"})", R"({"power":1})", world.turn()).error(),
      things::DesiredProperties::Refusal::wrong_version);
  const std::string remove = sys("dev1", "thing/property/desired/delete");
  EXPECT_TRUE(says(world.ask(lamp, remove, R"({"id":"1","params":{"power":{"version":1},"level":{},"other":{}}})"), "\"code\":200"));
  EXPECT_TRUE(says(world.ask(lamp, get, R"({"id":"1","params":["power","level"]})"), R"("data":{"power":{"value":"off","version":3}})"));
  EXPECT_TRUE(says(world.ask(lamp, remove, R"({"id":"1","params":{"power":1}})"), "\"code\":460"));
}

TEST(ShadowService, AnswersAndTellsTheDeviceOfWishes) {
  ServicesWorld world;
  Client lamp = world.online("dev1");
  const std::string topic = "/shadow/update/a1TestPK001/dev1";
  const std::string down = "/shadow/get/a1TestPK001/dev1 ";
  EXPECT_EQ(world.ask(lamp, topic, R"({"method":"update","state":{"reported":{"color":"red"}},"version":1})"),
            down + R"({"method":"reply","payload":{"status":"success","version":1},"timestamp":1700000000})");
  EXPECT_EQ(
      world.ask(lamp, topic, R"({"method":"update","state":{"reported":{"color":"blue"}},"version":1})"),
      down +
          R"({"method":"reply","payload":{"status":"error","content":{"errorcode":"409","errormessage":"version conflict"}},"timestamp":1700000000})");
  EXPECT_EQ(world.ask(lamp, topic, R"({"method":"get"})"),
            down + R"({"method":"reply","payload":{"status":"success","state":{"reported":{"color":"red"}},)"
                   R"("metadata":{"reported":{"color":{"timestamp":1700000000}}}},"version":1,"timestamp":1700000000})");
  EXPECT_TRUE(says(world.ask(lamp, topic, "{"), R"("errorcode":"400")"));
  mqtt::DeviceDesk& desk = world.platform.devices();
  lamp.take();
  EXPECT_FALSE(
      desk.change_shadow(world.device("dev1"), R"({"method":"update","state":{"desired":{"color":"green"}},"version":2})", world.turn())
          .has_value());
  EXPECT_EQ(
      lamp.take_message(),
      down +
          R"({"method":"control","payload":{"status":"success","state":{"reported":{"color":"red"},"desired":{"color":"green"}},)"
          R"("metadata":{"reported":{"color":{"timestamp":1700000000}},"desired":{"color":{"timestamp":1700000000}}}},"version":2,"timestamp":1700000000})");
  EXPECT_EQ(
      desk.change_shadow(world.device("dev1"), R"({"method":"update","state":{"desired":{"color":"x"}},"version":2})", world.turn())->code,
      409);
  EXPECT_EQ(lamp.take_message(), "");
  EXPECT_TRUE(says(desk.shadow_of(world.device("dev1"), world.turn()), R"("version":2)"));
}

TEST(Tags, AreUpdatedDeletedAndRead) {
  ServicesWorld world;
  Client lamp = world.online("dev1");
  EXPECT_TRUE(says(world.ask(lamp, sys("dev1", "thing/deviceinfo/update"),
                             R"({"id":"1","params":[{"attrKey":"room","attrValue":"kitchen"},{"attrKey":"floor","attrValue":"1"}]})"),
                   "\"code\":200"));
  EXPECT_TRUE(
      says(world.ask(lamp, sys("dev1", "thing/deviceinfo/delete"), R"({"id":"1","params":[{"attrKey":"floor"}]})"), "\"code\":200"));
  EXPECT_TRUE(says(world.ask(lamp, sys("dev1", "thing/deviceinfo/get"), R"({"id":"1","params":[]})"),
                   R"("data":[{"attrKey":"room","attrValue":"kitchen"}])"));
  for (const std::string_view bad : {R"({"id":"1","params":[]})", R"({"id":"1","params":[{"attrKey":"x"}]})", R"({"id":"1","params":[1]})"})
    EXPECT_TRUE(says(world.ask(lamp, sys("dev1", "thing/deviceinfo/update"), bad), "\"code\":460")) << bad;
}

TEST(RemoteConfig, IsFetchedAndPushed) {
  ServicesWorld world;
  Client lamp = world.online("dev1");
  const std::string topic = sys("dev1", "thing/config/get");
  const std::string ask = R"({"id":"1","params":{"configScope":"product","getType":"file"}})";
  EXPECT_TRUE(says(world.ask(lamp, topic, ask), "\"code\":6710"));
  things::RemoteConfig config{.id = "c1", .content = "{}\n", .sign = "ab", .state = things::RemoteConfigState::off};
  world.platform.remote_configs().set(world.lamps(), config);
  EXPECT_TRUE(says(world.ask(lamp, topic, ask), "\"code\":6713"));
  config.state = things::RemoteConfigState::on;
  world.platform.remote_configs().set(world.lamps(), config);
  const std::string facts = R"({"configId":"c1","configSize":3,"getType":"file","sign":"ab","signMethod":"Sha256","url":)";
  EXPECT_TRUE(says(world.ask(lamp, topic, ask), "\"data\":" + facts));
  EXPECT_EQ(world.platform.devices().push_config(world.lamps(), world.turn()), 1U);
  EXPECT_TRUE(says(lamp.take_message(), "thing/config/push {"));
}

TEST(Logs, AreKept) {
  ServicesWorld world;
  Client lamp = world.online("dev1");
  EXPECT_TRUE(says(world.ask(lamp, sys("dev1", "thing/log/post"), R"({"id":"1","params":["line one","line two"]})"), "\"code\":200"));
  EXPECT_EQ(world.thing("dev1")->known_details()->logs[1].text, "line two");
  EXPECT_TRUE(says(world.ask(lamp, sys("dev1", "thing/log/post"), R"({"id":"1","params":[1]})"), "\"code\":460"));
  EXPECT_TRUE(says(world.ask(lamp, sys("dev1", "thing/config/log/get"), R"({"id":"1","params":{}})"), R"("mode":1)"));
}

struct Heard {
  std::vector<mqtt::CallOutcome> outcomes;
  mqtt::CallDone take() {
    return [this](const mqtt::CallOutcome& outcome, const mqtt::Turn&) { outcomes.push_back(outcome); };
  }
};

TEST(DeviceCalls, BringTheAnswerOfAnRrpc) {
  ServicesWorld world;
  Client lamp = world.online("dev1");
  Heard heard;
  const auto id = world.platform.devices().call({.kind = CallKind::rrpc, .device = world.device("dev1"), .payload = "ping"}, heard.take(),
                                                world.turn());
  const std::string number = std::to_string(id.value);
  EXPECT_EQ(lamp.take_message(), sys("dev1", "rrpc/request/" + number) + " ping");
  // Neither another device nor another id answers it.
  Client other = world.online("dev2");
  world.say(other, sys("dev2", "rrpc/response/" + number), "no");
  world.say(lamp, sys("dev1", "rrpc/response/" + std::to_string(id.value + 1)), "no");
  EXPECT_TRUE(heard.outcomes.empty());
  world.say(lamp, sys("dev1", "rrpc/response/" + number), "pong");
  world.say(lamp, sys("dev1", "rrpc/response/" + number), "pong again");
  ASSERT_EQ(heard.outcomes.size(), 1U);
  EXPECT_EQ(heard.outcomes[0].status, CallStatus::answered);
  EXPECT_EQ(heard.outcomes[0].payload, "pong");
}

TEST(DeviceCalls, GoOnATopicOfTheCallers) {
  ServicesWorld world;
  Client lamp = world.online("dev1");
  Heard heard;
  const auto id = world.platform.devices().call(
      {.kind = CallKind::rrpc_on_topic, .device = world.device("dev1"), .name = "/a1TestPK001/dev1/user/x", .payload = "ping"},
      heard.take(), world.turn());
  const std::string topic = "/ext/rrpc/" + std::to_string(id.value) + "/a1TestPK001/dev1/user/x";
  EXPECT_EQ(lamp.take_message(), topic + " ping");
  world.say(lamp, topic, "pong");
  ASSERT_EQ(heard.outcomes.size(), 1U);
  EXPECT_EQ(heard.outcomes[0].payload, "pong");
}

TEST(DeviceCalls, EndWhenTheTimeIsUpOrNobodyIsThere) {
  ServicesWorld world;
  world.online("dev1");
  Heard heard;
  mqtt::DeviceDesk& desk = world.platform.devices();
  desk.call({.kind = CallKind::rrpc, .device = world.device("dev1"), .payload = "x", .timeout = seconds{3}}, heard.take(), world.turn());
  desk.call({.kind = CallKind::rrpc, .device = world.device("dev2"), .payload = "x"}, heard.take(), world.turn());
  desk.call({.kind = CallKind::property_set, .device = world.device("dev1"), .payload = "[]"}, heard.take(), world.turn());
  EXPECT_TRUE(heard.outcomes.empty()) << "never from inside the call";
  EXPECT_LE(world.platform.next_deadline(), world.now);
  world.advance(seconds{1});
  ASSERT_EQ(heard.outcomes.size(), 2U);
  EXPECT_EQ(heard.outcomes[0].status, CallStatus::not_reached);
  EXPECT_EQ(heard.outcomes[1].status, CallStatus::malformed);
  EXPECT_EQ(world.platform.next_deadline(), Instant{} + seconds{4});
  world.advance(seconds{2});
  ASSERT_EQ(heard.outcomes.size(), 3U);
  EXPECT_EQ(heard.outcomes[2].status, CallStatus::timed_out);
}

TEST(DeviceCalls, SetPropertiesAndCallServices) {
  ServicesWorld world;
  Client lamp = world.online("dev1");
  Heard heard;
  mqtt::DeviceDesk& desk = world.platform.devices();
  const auto set =
      desk.call({.kind = CallKind::property_set, .device = world.device("dev1"), .payload = R"({"power":1})"}, heard.take(), world.turn());
  EXPECT_EQ(lamp.take_message(), sys("dev1", "thing/service/property/set") + R"( {"id":")" + std::to_string(set.value) +
                                     R"(","version":"1.0","params":{"power":1},"method":"thing.service.property.set"})");
  world.say(lamp, sys("dev1", "thing/service/property/set_reply"), R"({"id":")" + std::to_string(set.value) + R"(","code":200,"data":{}})");
  const auto reboot = desk.call({.kind = CallKind::service, .device = world.device("dev1"), .name = "reboot", .payload = R"({"delay":5})"},
                                heard.take(), world.turn());
  EXPECT_TRUE(says(lamp.take_message(), sys("dev1", "thing/service/reboot") + " "));
  world.say(lamp, sys("dev1", "thing/service/reboot_reply"),
            R"({"id":)" + std::to_string(reboot.value) + R"(,"code":100001,"data":{"left":3}})");
  ASSERT_EQ(heard.outcomes.size(), 2U);
  EXPECT_EQ(heard.outcomes[0].code, 200);
  EXPECT_EQ(heard.outcomes[1].code, 100001);
  EXPECT_EQ(heard.outcomes[1].payload, R"({"left":3})");
  const things::RecordRing& answers = world.thing("dev1")->known_details()->answers;
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[1].name, "reboot");
  EXPECT_EQ(answers[1].code, 100001);
}

TEST(EndpointPush, TellsADeviceWhereToGo) {
  ServicesWorld world;
  Client lamp = world.online("dev1");
  EXPECT_TRUE(world.platform.devices().push_endpoint(world.device("dev1"), "127.0.9.9", 1883, world.turn()));
  EXPECT_TRUE(says(lamp.take_message(),
                   R"("params":{"endpoint":{"mqtt":{"host":"127.0.9.9","port":1883}}},"method":"thing.bootstrap.config.push"})"));
  EXPECT_FALSE(world.platform.devices().push_endpoint(world.device("dev2"), "127.0.9.9", 1883, world.turn()));
  for (const std::string_view bad : {"", "a\"b", "a b", "a\n", "a/b", "a\\b"})
    EXPECT_FALSE(world.platform.devices().push_endpoint(world.device("dev1"), bad, 1883, world.turn())) << bad;
  for (const std::string_view good : {"iot-cn.mqtt.example.com", "::1", "host_1"})
    EXPECT_TRUE(world.platform.devices().push_endpoint(world.device("dev1"), good, 1883, world.turn())) << good;
}

TEST(FeaturesOfTheProduct, AreTold) {
  ServicesWorld world;
  world.platform.registry().product_data(world.lamps()).tsl = R"({"properties":[]})";
  Client lamp = world.online("dev1");
  EXPECT_TRUE(says(world.ask(lamp, sys("dev1", "thing/dsltemplate/get"), R"({"id":"1"})"), R"("data":{"properties":[]})"));
}

}  // namespace
}  // namespace fleetsim::platform::broker_test
