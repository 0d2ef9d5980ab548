// What the MQTT side does wrong on demand, on its real bytes; and jobs.
#include "tests/platform-mock/misbehaviour_world.hpp"

namespace fleetsim::platform::broker_test {
namespace {

const std::string connack_ok = bytes("20 02 00 00");
const std::string custom_topic = "/a1TestPK001/dev1/user/x";
const std::string notify_topic = sys("dev1", "thing/bootstrap/notify");

Rule packet_rule(std::string kind, std::string packet) {
  Rule rule{.kind = std::move(kind)};
  rule.arguments.push_back({"packet", std::move(packet)});
  return rule;
}

TEST(MqttMisbehaviour, RefusesWithAnyCodeBeforeAMoveCommits) {
  for (const std::int64_t code : {1, 2, 3, 4, 5, 128, 255}) {
    MisbehavingWorld world;
    world.distribute(shanghai, singapore, {"dev1"});
    world.set({.kind = "mqtt_connack", .arguments = {{"code", code}}, .calls = first_calls(1)});
    Client refused = world.connecting(singapore, "dev1");
    EXPECT_EQ(hex(refused.take()), hex(bytes("20 02 00") + static_cast<char>(code)));
    EXPECT_TRUE(refused.closed());
    EXPECT_EQ(world.platform.statistics().commits, 0U);
    EXPECT_EQ(world.ledger.of(PlatformEventKind::connect_refused).at(0).code, code);
    world.connect(singapore, "dev1");
    EXPECT_EQ(world.platform.statistics().commits, 1U);
  }
}

TEST(MqttMisbehaviour, DoesNotHelpThoseWhoWouldBeRefused) {
  MisbehavingWorld world;
  world.set({.kind = "mqtt_connack", .arguments = {{"code", std::int64_t{3}}}});
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1", {.device_secret = "wrong"})), 4) << "the right answer to a wrong signature";
  EXPECT_TRUE(world.fired().empty());
}

TEST(MqttMisbehaviour, LeavesAConnectWithoutAnAnswer) {
  MisbehavingWorld world;
  world.distribute(shanghai, singapore, {"dev1"});
  world.set({.kind = "mqtt_no_connack", .calls = first_calls(1)});
  Client client = world.connecting(singapore, "dev1");
  client.send(pingreq).send(connect_packet(signed_fields("dev1")));
  EXPECT_EQ(client.take(), "");
  EXPECT_FALSE(client.closed());
  EXPECT_EQ(world.platform.statistics().commits, 0U);
  world.run_until(world.now + seconds{10});
  EXPECT_TRUE(client.closed());
  EXPECT_TRUE(world.ledger.of(PlatformEventKind::protocol_violation).empty()) << "the peer did nothing wrong";
  world.connect(singapore, "dev1");
}

TEST(MqttMisbehaviour, ClosesWithoutAWordAtTheConnect) {
  MisbehavingWorld world;
  world.set({.kind = "mqtt_close"});
  Client client = world.connecting(shanghai, "dev1");
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(client.take(), "");
  EXPECT_EQ(world.platform.statistics().connects_accepted, 0U);
}

TEST(MqttMisbehaviour, ClosesASessionAfterAWhile) {
  MisbehavingWorld world;
  world.set({.kind = "mqtt_close", .arguments = {{"at", std::string{"online"}}, {"after", Duration{seconds{2}}}}});
  Client client = world.connect(shanghai, "dev1");
  world.run_until(world.now + milliseconds{1999});
  EXPECT_FALSE(client.closed());
  EXPECT_EQ(client.send(pingreq).take(), bytes("d0 00"));
  world.run_until(world.now + milliseconds{1});
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(client.take(), "");
  EXPECT_EQ(world.platform.statistics().sessions_online, 0U);
}

TEST(MqttMisbehaviour, KicksAtOnceOrLaterAndSaysSoToThoseWhoAsk) {
  for (const int after_s : {0, 3}) {
    MisbehavingWorld world;
    world.set({.kind = "mqtt_kick", .arguments = {{"after", Duration{seconds{after_s}}}}, .calls = first_calls(1)});
    Client client = world.connect(shanghai, "dev1", {.more = ",_ss=1,ext=2"});
    if (after_s > 0) {
      EXPECT_FALSE(client.closed());
      world.run_until(world.now + seconds{after_s});
    }
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(client.take_message(), R"(/ext/notify {"title":"kick","content":"Kicked by the same device"})");
    EXPECT_EQ(world.ledger.of(PlatformEventKind::device_disconnected).at(0).reason, "Kicked by the same device");
    EXPECT_FALSE(world.connect(shanghai, "dev1").closed());
  }
}

TEST(MqttMisbehaviour, AKickWhoseDeviceHasLeftIsForgotten) {
  MisbehavingWorld world;
  world.set({.kind = "mqtt_kick", .arguments = {{"after", Duration{seconds{3}}}}, .calls = first_calls(1)});
  world.connect(shanghai, "dev1").send(disconnect);
  Client again = world.connect(shanghai, "dev1");
  world.run_until(world.now + seconds{5});
  EXPECT_FALSE(again.closed());
}

TEST(MqttMisbehaviour, SwallowsEachKindOfPacketAndNoOther) {
  struct Case {
    const char* packet;
    std::string sent;
    std::string right;
  };
  const std::string post = publish({.topic = sys("dev1", "thing/event/property/post"), .payload = R"({"id":"1","params":{"a":1}})"});
  for (const Case& c : {Case{"puback", publish({.topic = custom_topic, .payload = "1", .qos = 1, .packet_id = 7}), bytes("40 02 00 07")},
                        Case{"suback", subscribe(3, {{custom_topic, 1}}), bytes("90 03 00 03 01")},
                        Case{"unsuback", unsubscribe(4, {custom_topic}), bytes("b0 02 00 04")}, Case{"pingresp", pingreq, bytes("d0 00")},
                        Case{"reply", post, "property/post_reply"}}) {
    MisbehavingWorld world;
    world.set(packet_rule("mqtt_silent", c.packet));
    Client client = world.connect(shanghai, "dev1", {.more = ",_ss=1"});
    EXPECT_EQ(client.send(c.sent).take(), "") << c.packet;
    EXPECT_EQ(world.fired().size(), 1U);
    world.platform.misbehaviour().remove_all();
    EXPECT_NE(client.send(c.sent).take().find(c.right), std::string::npos) << c.packet;
  }
}

TEST(MqttMisbehaviour, SwallowsTheNotifyAndOtherMessages) {
  MisbehavingWorld world;
  world.set(packet_rule("mqtt_silent", "notify"));
  Client client = world.connect(shanghai, "dev1", {.more = ",_ss=1"});
  world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_EQ(client.take(), "");
  EXPECT_EQ(world.fired(), std::vector<std::string>{"mqtt_silent@dev1"});
  world.set(packet_rule("mqtt_silent", "message"));
  Client other = world.connect(shanghai, "dev2");
  other.send(subscribe(1, {{"/a1TestPK001/dev2/user/y", 0}})).take();
  world.publish_to("dev2", "/a1TestPK001/dev2/user/y", "hello", 0);
  EXPECT_EQ(other.take(), "");
}

TEST(MqttMisbehaviour, AcknowledgesLate) {
  for (const char* const packet : {"puback", "suback", "pingresp"}) {
    MisbehavingWorld world;
    Rule rule = packet_rule("mqtt_late", packet);
    rule.arguments.push_back({"delay", Duration{seconds{2}}});
    world.set(rule);
    Client client = world.connect(shanghai, "dev1");
    client.send(publish({.topic = custom_topic, .payload = "1", .qos = 1, .packet_id = 7}));
    client.send(subscribe(3, {{custom_topic, 1}})).send(pingreq);
    const std::string at_once = client.take();
    world.run_until(world.now + milliseconds{1999});
    EXPECT_EQ(client.take(), "");
    world.run_until(world.now + milliseconds{1});
    const std::string late = client.take();
    const std::string_view want = std::string_view{packet};
    EXPECT_EQ(hex(late), want == "puback" ? "40020007" : want == "suback" ? "9003000301" : "d000");
    EXPECT_EQ(at_once.size() + late.size(), 4U + 5U + 2U);
  }
}

TEST(MqttMisbehaviour, ALateConnackHoldsBackWhatFollowsIt) {
  MisbehavingWorld world;
  Rule rule = packet_rule("mqtt_late", "connack");
  rule.arguments.push_back({"delay", Duration{seconds{2}}});
  world.set(rule);
  world.distribute(shanghai, singapore, {"dev1"});
  Client client = world.connecting(shanghai, "dev1", {.more = ",_ss=1"});
  client.send(pingreq);
  EXPECT_EQ(client.take(), "") << "nothing may come before the CONNACK, neither notify nor PINGRESP";
  world.run_until(world.now + seconds{2});
  EXPECT_EQ(hex(client.take().substr(0, 4)), hex(connack_ok));
  EXPECT_EQ(client.send(pingreq).take(), bytes("d0 00")) << "and afterwards all is as usual";
}

TEST(MqttMisbehaviour, NotifiesSeveralTimes) {
  MisbehavingWorld world;
  world.set({.kind = "notify_duplicate", .arguments = {{"copies", std::int64_t{3}}}});
  Client client = world.connect(shanghai, "dev1", {.more = ",_ss=1"});
  world.distribute(shanghai, singapore, {"dev1"});
  const std::string all = client.take();
  ASSERT_EQ(all.size() % 3, 0U);
  const std::size_t one = all.size() / 3;
  EXPECT_EQ(static_cast<unsigned char>(all[0]), 0x32) << "QoS 1, the first";
  EXPECT_EQ(static_cast<unsigned char>(all[one]), 0x3a) << "with DUP: the same again";
  EXPECT_EQ(all.substr(1, one - 1), all.substr(one + 1, one - 1));
  EXPECT_EQ(all.substr(one, one), all.substr(2 * one));
}

TEST(MqttMisbehaviour, NotifiesWithWhatCannotBeUnderstood) {
  for (const auto& [shape, payload] : std::vector<std::pair<std::string, std::string>>{
           {"not_json", "moved!"},
           {"truncated", R"({"id":"7","version":"1.0","method":"thing.bootstrap.notify","para)"},
           {"no_params", R"({"id":"7","version":"1.0","method":"thing.bootstrap.notify"})"},
           {"no_id", R"({"version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":0}})"},
           {"text_command", R"({"id":"7","version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":"go"}})"},
           {"unknown_command", R"({"id":"7","version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":99}})"},
           {"empty", ""}}) {
    MisbehavingWorld world;
    world.set({.kind = "notify_malformed", .arguments = {{"shape", shape}}, .calls = first_calls(1)});
    Client client = world.connect(shanghai, "dev1", {.more = ",_ss=1"});
    world.distribute(shanghai, singapore, {"dev1"});
    EXPECT_EQ(client.take_message(), notify_topic + " " + payload);
    client.drop();
    Client again = world.connect(shanghai, "dev1", {.more = ",_ss=1"});
    EXPECT_NE(again.take_message().find(R"("params":{"cmd":0})"), std::string::npos) << "the right one comes with the next session";
  }
}

TEST(MqttMisbehaviour, NotifiesAsItShouldAWhileAfterAMalformedOne) {
  MisbehavingWorld world;
  world.set({.kind = "notify_malformed", .arguments = {{"right_one_after", Duration{seconds{2}}}}});
  Client client = world.connect(shanghai, "dev1", {.more = ",_ss=1"});
  world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_EQ(client.take_message(), notify_topic + " moved!");
  world.run_until(world.now + milliseconds{1999});
  EXPECT_EQ(client.take(), "");
  world.run_until(world.now + milliseconds{1});
  EXPECT_NE(client.take_message().find(R"("params":{"cmd":0})"), std::string::npos);
}

TEST(MqttMisbehaviour, ThrottlesWhatADevicePublishes) {
  MisbehavingWorld world;
  world.set({.kind = "mqtt_throttle", .arguments = {{"per_second", std::int64_t{2}}}, .devices = {"a1TestPK001/dev1"}});
  Client client = world.connect(shanghai, "dev1");
  Client other = world.connect(shanghai, "dev2");
  client.send(subscribe(1, {{custom_topic, 0}})).take();
  other.send(subscribe(1, {{"/a1TestPK001/dev2/user/x", 0}})).take();
  const auto echoes = [](Client& from, const std::string& topic) {
    int count = 0;
    for (std::uint16_t i = 1; i <= 5; ++i) {
      const std::string answer = from.send(publish({.topic = topic, .payload = "1", .qos = 1, .packet_id = i})).take();
      EXPECT_EQ(hex(answer.substr(0, 4)), hex(puback(i))) << "it is not told";
      if (answer.size() > 4) ++count;
    }
    return count;
  };
  EXPECT_EQ(echoes(client, custom_topic), 2);
  EXPECT_EQ(echoes(other, "/a1TestPK001/dev2/user/x"), 5);
  world.now += seconds{1};
  EXPECT_EQ(echoes(client, custom_topic), 2) << "a new second";
  EXPECT_EQ(world.platform.statistics().publishes_dropped, 6U);
  EXPECT_EQ(world.fired().size(), 6U);
}

// --- jobs ------------------------------------------------------------------------------------------------------------
JobState state_of(MisbehavingWorld& world, JobIndex job) { return world.platform.distribution().job(job).state; }

TEST(JobMisbehaviour, JitterFailsEachJobAtItsDeviceUntilItIsRetried) {
  MisbehavingWorld world;
  world.set({.kind = "job_jitter", .arguments = {{"before_device", std::int64_t{1}}}});
  for (const int round : {1, 2}) {
    const JobIndex job = world.distribute(shanghai, singapore, {"dev1", "dev2", "dev3"});
    EXPECT_EQ(state_of(world, job), JobState::failed) << round;
    EXPECT_EQ(world.platform.distribution().job(job).next, 1U) << "the devices before it are on their way";
    EXPECT_FALSE(world.platform.retry_job(job, world.now, world.ledger).has_value());
    EXPECT_EQ(state_of(world, job), JobState::distributed);
  }
  const auto events = world.ledger.of(PlatformEventKind::misbehaved);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].instance, shanghai);
  EXPECT_NE(events[0].job, events[1].job);
}

TEST(JobMisbehaviour, AStallKeepsTheJobInDistributing) {
  MisbehavingWorld world;
  world.set({.kind = "job_stall"});
  const JobIndex job = world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_EQ(state_of(world, job), JobState::distributing);
  world.run_until(world.now + seconds{59});
  EXPECT_TRUE(world.platform.retry_job(job, world.now, world.ledger).has_value()) << "not stuck for long enough";
  world.run_until(world.now + seconds{1});
  EXPECT_FALSE(world.platform.retry_job(job, world.now, world.ledger).has_value());
  EXPECT_EQ(state_of(world, job), JobState::distributed);
}

TEST(JobMisbehaviour, CanFailRetriesTooAndOnlySomeJobs) {
  MisbehavingWorld world;
  world.set({.kind = "job_jitter", .calls = first_calls(2), .times = 2});
  const JobIndex job = world.distribute(shanghai, singapore, {"dev1"});
  world.platform.retry_job(job, world.now, world.ledger);
  EXPECT_EQ(state_of(world, job), JobState::failed);
  world.platform.retry_job(job, world.now, world.ledger);
  EXPECT_EQ(state_of(world, job), JobState::distributed);
  EXPECT_EQ(state_of(world, world.distribute(shanghai, singapore, {"dev2"})), JobState::distributed) << "the count is used up";
}

}  // namespace
}  // namespace fleetsim::platform::broker_test
