// The platform as one state machine: any split of the bytes, both kinds of connection side by side, one deadline.
#include <gtest/gtest.h>
#include <set>

#include "tests/platform-mock/broker_world.hpp"

namespace fleetsim::platform::broker_test {
namespace {

using std::chrono::seconds;

/// A device's whole visit; the platform's answers must not depend on how the network cuts it.
std::string visit() {
  return connect_packet(signed_fields("dev1", {.more = ",_ss=1,ext=3"})) +
         subscribe(1, {{"/a1TestPK001/dev1/user/get", 1}, {"/other", 0}}) +
         publish(
             {.topic = sys("dev1", "thing/event/property/post"), .payload = R"({"id":"9","params":{"a":1}})", .qos = 1, .packet_id = 2}) +
         publish({.topic = "/a1TestPK001/dev1/user/get", .payload = std::string(200, 'x'), .qos = 1, .packet_id = 3}) + puback(1) +
         pingreq + unsubscribe(4, {"/a1TestPK001/dev1/user/get"}) + disconnect;
}

struct Outcome {
  std::string sent;
  std::vector<ToldEvent> events;
  bool closed = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome outcome_of(const std::string& script, const std::vector<std::size_t>& cuts) {
  BrokerWorld world;
  Client client = world.open(shanghai);
  std::size_t from = 0;
  for (const std::size_t cut : cuts) {
    client.send(std::string_view(script).substr(from, cut - from));
    from = cut;
  }
  client.send(std::string_view(script).substr(from));
  return {client.take(), world.ledger.events, client.closed()};
}

TEST(SplitBytes, ChangeNothingAtAnyPosition) {
  const std::string script = visit();
  const Outcome whole = outcome_of(script, {});
  EXPECT_TRUE(whole.closed);
  EXPECT_EQ(whole.sent.substr(0, 4), bytes("20 02 00 00"));
  EXPECT_EQ(whole.sent.substr(whole.sent.size() - 6), bytes("d0 00 b0 02 00 04"));
  for (std::size_t cut = 0; cut <= script.size(); ++cut) ASSERT_EQ(outcome_of(script, {cut}), whole) << cut;
  for (std::size_t cut = 0; cut + 3 <= script.size(); cut += 7) ASSERT_EQ(outcome_of(script, {cut, cut + 1, cut + 3}), whole) << cut;
  std::vector<std::size_t> every;
  for (std::size_t i = 1; i < script.size(); ++i) every.push_back(i);
  EXPECT_EQ(outcome_of(script, every), whole);
}

TEST(SplitBytes, ChangeNothingForBytesThatBreakTheRules) {
  const std::string connect = connect_packet(signed_fields("dev1"));
  for (const std::string_view bad : {"f0 00", "36 00", "32 05 00 01 61 00 00", "c0 01 00", "30 80 80 80 80 01", "82 02 00 01",
                                     "40 02 00 00", "30 03 00 01 ff", "36 05 00 01 61 00 01", "32 03 00 01 61"}) {
    const std::string script = connect + bytes(bad) + pingreq;
    const Outcome whole = outcome_of(script, {});
    EXPECT_TRUE(whole.closed) << bad;
    EXPECT_EQ(hex(whole.sent), "20020000") << bad;
    for (std::size_t cut = connect.size(); cut <= script.size(); ++cut) ASSERT_EQ(outcome_of(script, {cut}), whole) << bad << " at " << cut;
  }
}

TEST(LinkLoss, AtEveryByteLeavesNothingBehind) {
  const std::string script = visit();
  BrokerWorld world([] {
    PlatformConfig config = three_regions();
    config.limits.mode = LimitsMode::unlimited;
    return config;
  }());
  for (std::size_t cut = 0; cut < script.size(); ++cut) {
    Client client = world.open(shanghai);
    client.send(std::string_view(script).substr(0, cut));
    client.drop();
    ASSERT_EQ(world.platform.statistics().connections_open, 0U) << cut;
    ASSERT_EQ(world.platform.statistics().sessions_online, 0U) << cut;
    ASSERT_EQ(world.platform.next_deadline(), kNever) << cut;
  }
}

std::string bootstrap_request(std::string_view device) {
  const std::string body = "productKey=a1TestPK001&deviceName=" + std::string(device);
  return "POST /auth/bootstrap HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded;charset=utf-8\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(Bootstrap, IsAnsweredThroughTheFacadeAndFollowsTheMove) {
  BrokerWorld world;
  world.platform.advertise(world.instance(shanghai), {"127.0.1.1", 1884});
  world.platform.advertise(world.instance(singapore), {"127.0.2.1", 1884});
  const auto host_of = [&world](std::string_view device) {
    Client client{world,
                  world.platform.accept_bootstrap({.address = IpAddress::from_v4(0x7f000101), .tls = true}, world.now, world.ledger)};
    const std::string answer = client.send(bootstrap_request(device)).take();
    const std::size_t at = answer.find(R"("host":")");
    client.drop();
    return at == std::string::npos ? "" : answer.substr(at + 8, 9);
  };
  EXPECT_EQ(host_of("dev1"), "127.0.1.1");
  world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_EQ(host_of("dev1"), "127.0.2.1");
  EXPECT_EQ(host_of("dev2"), "127.0.1.1");
  EXPECT_EQ(host_of("dev9"), "");
  const auto statistics = world.platform.statistics();
  EXPECT_EQ(statistics.bootstraps_answered, 3U);
  EXPECT_EQ(statistics.bootstraps_refused, 1U);
  EXPECT_EQ(statistics.connections_open, 0U);
}

TEST(Bootstrap, EndsASlowClientWhileOthersGoOn) {
  BrokerWorld world;
  Client device = world.connect(shanghai, "dev1");
  Client slow{world, world.platform.accept_bootstrap({}, world.now, world.ledger)};
  slow.send("POST /auth/boot");
  EXPECT_EQ(world.platform.next_deadline(), world.now + seconds{10});
  world.advance(seconds{10});
  EXPECT_TRUE(slow.closed());
  EXPECT_EQ(slow.take().substr(0, 12), "HTTP/1.1 408");
  EXPECT_FALSE(device.closed());
}

TEST(Statistics, CountWhatHappened) {
  BrokerWorld world;
  Client client = world.connect(shanghai, "dev1");
  world.connack(shanghai, signed_fields("dev2", {.device_secret = "x"}));
  client.send(publish({.topic = "/a1TestPK001/dev1/user/x", .payload = "1"})).send(publish({.topic = "/x", .payload = "1"}));
  const auto statistics = world.platform.statistics();
  EXPECT_EQ(statistics.connections_open, 1U);
  EXPECT_EQ(statistics.sessions_online, 1U);
  EXPECT_EQ(statistics.connects_accepted, 1U);
  EXPECT_EQ(statistics.connects_refused, 1U);
  EXPECT_EQ(statistics.publishes_received, 2U);
  EXPECT_EQ(statistics.publishes_dropped, 1U);
}

TEST(Events, NeverCarryASecretOrASignature) {
  BrokerWorld world;
  const ConnectFields wrong = signed_fields("dev1", {.device_secret = "wrongsecret"});
  const ConnectFields right = signed_fields("dev1", {.more = ",_ss=1"});
  world.connack(shanghai, wrong);
  Client client = world.open(shanghai);
  client.send(connect_packet(right));
  client.send(publish({.topic = "/not/its/own", .payload = "1"}));
  world.distribute(shanghai, singapore, {"dev1"});
  client.send(publish({.topic = sys("dev1", "thing/bootstrap/notify_reply"), .payload = R"({"id":"1","code":200})"}));
  world.connect(singapore, "dev1");
  Client rude = world.open(shanghai);
  rude.send(connect_packet(right)).send(connect_packet(right));
  std::set<PlatformEventKind> kinds;
  for (const ToldEvent& event : world.ledger.events) {
    kinds.insert(event.kind);
    for (const std::string* text : {&event.reason, &event.device_name, &event.product_key, &event.instance, &event.region, &event.job}) {
      EXPECT_EQ(text->find("secret"), std::string::npos) << *text;
      for (const ConnectFields* fields : {&wrong, &right}) EXPECT_EQ(text->find(*fields->password), std::string::npos) << *text;
    }
  }
  for (const PlatformEventKind kind :
       {PlatformEventKind::connect_refused, PlatformEventKind::device_connected, PlatformEventKind::publish_dropped,
        PlatformEventKind::notify_sent, PlatformEventKind::notify_replied, PlatformEventKind::handover_started,
        PlatformEventKind::committed, PlatformEventKind::job_state_changed})
    EXPECT_EQ(kinds.count(kind), 1U) << static_cast<int>(kind);
}

}  // namespace
}  // namespace fleetsim::platform::broker_test
