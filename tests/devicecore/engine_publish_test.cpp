// Publishes on their way out: packet ids, acknowledgement, redelivery, reconnects.
#include "tests/devicecore/scripted_peer.hpp"

namespace fleetsim::device::testing {
namespace {

using Outcome = MqttEngine::PublishOutcome;

TEST(EnginePublish, AtQos0LeavesNothingBehind) {
  EngineBench bench;
  bench.go_online();
  EXPECT_EQ(bench.publish("t", "x", Qos::at_most_once, 1), Outcome::sent);
  EXPECT_EQ(bench.take_sent(), wire("30 04 0001 't' 'x'"));
  EXPECT_EQ(bench.pool.blocks_in_use(), 0U);
  EXPECT_EQ(bench.engine.publishes_in_flight(), 0U);
}

TEST(EnginePublish, AtQos1HoldsABlockUntilThePuback) {
  EngineBench bench;
  bench.go_online();
  EXPECT_EQ(bench.publish("t", "x", Qos::at_least_once, 1), Outcome::sent);
  EXPECT_EQ(bench.take_sent(), wire("32 06 0001 't' 0001 'x'"));
  EXPECT_EQ(bench.pool.blocks_in_use(), 1U);
  bench.feed(wire("40 02 0001"));
  EXPECT_EQ(bench.pool.blocks_in_use(), 0U);
  EXPECT_EQ(bench.take_events(), std::vector<std::string>{"acknowledged #1"});
}

TEST(EnginePublish, ASecondPubackOfOnePublishIsIgnored) {
  EngineBench bench;
  bench.go_online();
  bench.publish("t", "x", Qos::at_least_once, 1);
  bench.feed(wire("40 02 0001 40 02 0001 40 02 7777"));
  EXPECT_EQ(bench.take_events(), std::vector<std::string>{"acknowledged #1"});
  EXPECT_EQ(bench.aborts, 0);
}

TEST(EnginePublish, IsSentAgainWithDupOnALinkThatStaysUp) {  // MQTT-3.3.1-1
  EngineBench bench;
  bench.config.publish_retry = seconds{3};
  bench.go_online();
  bench.publish("t", "x", Qos::at_least_once, 1);
  bench.take_sent();
  bench.advance(milliseconds{2'999});
  EXPECT_EQ(hex(bench.take_sent()), "");
  bench.advance(milliseconds{1});
  EXPECT_EQ(bench.take_sent(), wire("3a 06 0001 't' 0001 'x'"));
  bench.advance(seconds{3});
  EXPECT_EQ(bench.take_sent(), wire("3a 06 0001 't' 0001 'x'"));
  bench.feed(wire("40 02 0001"));
  bench.advance(seconds{9});
  EXPECT_EQ(hex(bench.take_sent()), "");
}

TEST(EnginePublish, RedeliveryKeepsTheOrderAndSkipsWhatIsAcknowledged) {  // MQTT-4.6.0-1
  EngineBench bench;
  bench.go_online();
  for (const char* text : {"a", "b", "c", "d"}) bench.publish("t", text, Qos::at_least_once, 1);
  bench.feed(wire("40 02 0003"));
  bench.take_sent();
  bench.advance(seconds{10});
  EXPECT_EQ(hex(bench.take_sent()), hex(wire("3a 06 0001 't' 0001 'a' 3a 06 0001 't' 0002 'b' 3a 06 0001 't' 0004 'd'")));
}

TEST(EnginePublish, EachHasItsOwnRetryTime) {
  EngineBench bench;
  bench.go_online();
  bench.publish("t", "a", Qos::at_least_once, 1);
  bench.advance(seconds{4});
  bench.publish("t", "b", Qos::at_least_once, 2);
  bench.take_sent();
  bench.advance(seconds{6});
  EXPECT_EQ(hex(bench.take_sent()), hex(wire("3a 06 0001 't' 0001 'a'")));
  bench.advance(seconds{4});
  EXPECT_EQ(hex(bench.take_sent()), hex(wire("3a 06 0001 't' 0002 'b'")));
}

TEST(EnginePublish, IsTheSameWithItsPacketIdWhereTheServerKeptTheSession) {  // MQTT-4.4.0-1
  Script script;
  script.go_online()
      .act("publish",
           [](EngineBench& b) {
             b.publish("t", "a", Qos::at_least_once, 11);
             b.publish("t", "b", Qos::at_least_once, 12);
           })
      .expect("32 06 0001 't' 0001 'a' 32 06 0001 't' 0002 'b'")
      .act("lost", [](EngineBench& b) { b.link_closed(LinkEnd::reset); })
      .told({"closed 2 fault 0"})
      .wait(seconds{100})
      .go_online_again("3a 06 0001 't' 0001 'a' 3a 06 0001 't' 0002 'b'", connack_of_a_kept_session)
      .act("a new one", [](EngineBench& b) { b.publish("t", "c", Qos::at_least_once, 13); })
      .expect("32 06 0001 't' 0003 'c'")
      .send("40 02 0002 40 02 0001 40 02 0003")
      .told({"acknowledged #12", "acknowledged #11", "acknowledged #13"});
  script.run();
  script.check_split_at_every_byte();
  script.check_link_loss_at_every_step();
}

TEST(EnginePublish, IsANewOneWhereTheServerKeptNoSession) {  // MQTT-3.1.2-6, MQTT-3.3.1-1
  Script script;
  script.go_online()
      .act("publish",
           [](EngineBench& b) {
             b.publish("t", "a", Qos::at_least_once, 11);
             b.publish("t", "b", Qos::at_least_once, 12);
           })
      .expect("32 06 0001 't' 0001 'a' 32 06 0001 't' 0002 'b'")
      .act("lost", [](EngineBench& b) { b.link_closed(LinkEnd::reset); })
      .told({"closed 2 fault 0"})
      .go_online_again("32 06 0001 't' 0003 'a' 32 06 0001 't' 0004 'b'")
      .send("40 02 0001 40 02 0004")
      .told({"acknowledged #12"})
      .wait(seconds{10})
      .expect("3a 06 0001 't' 0003 'a'")
      .send("40 02 0003")
      .told({"acknowledged #11"});
  script.run();
  script.check_split_at_every_byte();
  script.check_link_loss_at_every_step();
}

TEST(EnginePublish, PacketIdsWrapPastZeroAndSkipThoseInUse) {  // MQTT-2.3.1-2
  EngineBench bench;
  bench.config.publish_retry = std::chrono::hours{1};
  bench.go_online({"c1", "", "", 0, true});
  bench.publish("t", "k", Qos::at_least_once, 1);  // id 1, never acknowledged
  bench.subscribe("keep", 2);                      // id 2, not answered yet
  bench.take_sent();
  for (unsigned id = 3; id <= 65535; ++id) {
    ASSERT_EQ(bench.publish("t", "x", Qos::at_least_once, id), Outcome::sent);
    const Bytes sent = bench.take_sent();
    ASSERT_EQ((unsigned{sent[5]} << 8) | sent[6], id);
    bench.feed(Bytes{0x40, 0x02, sent[5], sent[6]});
    bench.events.clear();
  }
  bench.publish("t", "x", Qos::at_least_once, 9);
  EXPECT_EQ(bench.take_sent(), wire("32 06 0001 't' 0003 'x'")) << "0 is no id, 1 and 2 are in use";
}

TEST(EnginePublish, SixteenMayBeInFlight) {
  EngineBench bench;
  bench.go_online();
  for (Token token = 0; token < limits::publishes_in_flight_max; ++token)
    ASSERT_EQ(bench.publish("t", "x", Qos::at_least_once, token), Outcome::sent);
  EXPECT_EQ(bench.publish("t", "x", Qos::at_least_once, 99), Outcome::no_room);
  EXPECT_EQ(bench.publish("t", "x", Qos::at_most_once, 99), Outcome::sent) << "QoS 0 needs no place in the table";
  bench.feed(wire("40 02 0005"));
  EXPECT_EQ(bench.publish("t", "x", Qos::at_least_once, 99), Outcome::sent);
}

TEST(EnginePublish, WithoutABlockThereIsNoRoom) {
  EngineBench bench({.small = 1});
  bench.go_online();
  EXPECT_EQ(bench.publish("t", "x", Qos::at_least_once, 1), Outcome::sent);
  bench.take_sent();
  EXPECT_EQ(bench.publish("t", "x", Qos::at_least_once, 2), Outcome::no_room);
  EXPECT_EQ(hex(bench.take_sent()), "");
  bench.feed(wire("40 02 0001"));
  EXPECT_EQ(bench.publish("t", "x", Qos::at_least_once, 2), Outcome::sent);
}

TEST(EnginePublish, RefusesTopicsThatMqttForbids) {
  EngineBench bench;
  bench.go_online();
  for (const char* topic : {"", "a/+", "#", "\xff"}) EXPECT_EQ(bench.publish(topic, "x", Qos::at_most_once, 1), Outcome::invalid);
  EXPECT_EQ(hex(bench.take_sent()), "");
}

TEST(EnginePublish, RefusesWhatExceedsTheScratch) {
  EngineBench bench;
  bench.go_online();
  const std::size_t overhead = 1 + 2 + 2 + 1 + 2;  // type, length, length of the topic, topic, packet id
  const std::string fits(limits::scratch_bytes - overhead, 'x');
  EXPECT_EQ(bench.publish("t", fits, Qos::at_least_once, 1), Outcome::sent);
  EXPECT_EQ(bench.publish("t", fits + "x", Qos::at_least_once, 1), Outcome::too_large);
  EXPECT_EQ(bench.take_sent().size(), limits::scratch_bytes);
  bench.feed(wire("40 02 0001"));
}

}  // namespace
}  // namespace fleetsim::device::testing
