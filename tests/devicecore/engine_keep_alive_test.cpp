// Silence, in both directions, and answers that stay out.
#include "tests/devicecore/scripted_peer.hpp"

namespace fleetsim::device::testing {
namespace {

TEST(EngineKeepAlive, PingsAfterThreeQuartersOfSilence) {  // MQTT-3.1.2-23
  EngineBench bench;
  bench.go_online();
  bench.advance(milliseconds{44'999});
  EXPECT_EQ(hex(bench.take_sent()), "");
  bench.advance(milliseconds{1});
  EXPECT_EQ(hex(bench.take_sent()), "c000");
}

TEST(EngineKeepAlive, WhatWeSendAndHearPutsThePingOff) {
  EngineBench bench;
  bench.go_online();
  for (int i = 0; i < 10; ++i) {
    bench.advance(seconds{30});
    bench.publish("t", "x", Qos::at_most_once, 1);
    bench.feed(wire("30 03 0001 'a'"));
  }
  EXPECT_EQ(hex(bench.take_sent()).find("c000"), std::string::npos);
}

TEST(EngineKeepAlive, AListenerPingsThoughItHearsMuch) {
  EngineBench bench;
  bench.go_online();
  bench.advance(seconds{40});
  bench.feed(wire("30 03 0001 'a'"));
  bench.advance(seconds{5});
  EXPECT_EQ(hex(bench.take_sent()), "c000");
}

TEST(EngineKeepAlive, ASenderPingsWhenItHearsNothing) {
  EngineBench bench;
  bench.go_online();
  bench.advance(seconds{40});
  bench.publish("t", "x", Qos::at_most_once, 1);
  bench.take_sent();
  bench.advance(seconds{5});
  EXPECT_EQ(hex(bench.take_sent()), "c000") << "a dead peer would take QoS 0 for ever";
}

TEST(EngineKeepAlive, TheNextPingComesAfterTheAnswer) {
  EngineBench bench;
  bench.go_online();
  bench.advance(seconds{45});
  bench.advance(seconds{9});
  EXPECT_EQ(hex(bench.take_sent()), "c000") << "one ping at a time";
  bench.feed(wire("d0 00"));
  bench.advance(seconds{200} - seconds{54});
  EXPECT_EQ(bench.aborts, 1) << "the second ping was not answered";
  EXPECT_EQ(hex(bench.take_sent()), "c000");
}

TEST(EngineKeepAlive, APingWithoutAnswerGivesTheLinkUp) {
  EngineBench bench;
  bench.config.response_timeout = seconds{7};
  bench.go_online();
  bench.advance(seconds{45} + milliseconds{6'999});
  bench.feed(wire("30 03 0001 'a'"));
  EXPECT_EQ(bench.aborts, 0);
  bench.advance(milliseconds{1});
  EXPECT_EQ(bench.aborts, 1) << "only PINGRESP answers a ping";
  EXPECT_EQ(bench.engine.next_deadline(), kNever);
  bench.link_closed(LinkEnd::closed_by_us);
  EXPECT_EQ(bench.take_events(), (std::vector<std::string>{"message a= q0", "closed 0 fault 2"}));
}

TEST(EngineKeepAlive, AnUnaskedPingrespDoesNoHarm) {
  EngineBench bench;
  bench.go_online();
  bench.feed(wire("d0 00"));
  EXPECT_EQ(bench.aborts, 0);
  EXPECT_TRUE(bench.take_events().empty());
}

TEST(EngineKeepAlive, ZeroSwitchesItOff) {  // §3.1.2.10
  EngineBench bench;
  bench.go_online({"c1", "", "", 0, true});
  EXPECT_EQ(bench.engine.next_deadline(), kNever);
  bench.advance(std::chrono::hours{24});
  EXPECT_EQ(hex(bench.take_sent()), "");
}

TEST(EngineKeepAlive, TheLongestOneOutlivesTheWrapOfCoarseTime) {
  EngineBench bench;
  bench.now = Instant{milliseconds{(std::int64_t{1} << 32) - 1000}};
  bench.go_online({"c1", "", "", 65535, true});
  bench.advance(milliseconds{65535 * 750 - 1});
  EXPECT_EQ(hex(bench.take_sent()), "");
  bench.advance(milliseconds{1});
  EXPECT_EQ(hex(bench.take_sent()), "c000");
}

TEST(EngineKeepAlive, AMissingSubackGivesTheLinkUp) {
  for (const bool subscribe : {true, false}) {
    EngineBench bench;
    bench.go_online();
    bench.advance(seconds{20});
    subscribe ? bench.subscribe("a", 1) : bench.unsubscribe("a", 1);
    bench.advance(milliseconds{9'999});
    EXPECT_EQ(bench.aborts, 0);
    bench.advance(milliseconds{1});
    EXPECT_EQ(bench.aborts, 1);
    bench.link_closed(LinkEnd::closed_by_us);
    EXPECT_EQ(bench.take_events(), std::vector<std::string>{"closed 0 fault 2"});
  }
}

TEST(EngineKeepAlive, APingLeftOpenByOneLinkIsNotHeldAgainstTheNext) {
  EngineBench bench;
  bench.go_online();
  bench.advance(seconds{45});
  bench.link_closed(LinkEnd::reset);
  bench.go_online();
  bench.advance(seconds{44});
  EXPECT_EQ(bench.aborts, 0);
}

TEST(EngineKeepAlive, NothingIsDueWithoutAConnection) {
  EngineBench bench;
  EXPECT_EQ(bench.engine.next_deadline(), kNever);
  bench.open();
  EXPECT_EQ(bench.engine.next_deadline(), kNever);
  bench.link_opened();
  bench.connect();
  EXPECT_EQ(bench.engine.next_deadline(), kNever) << "the agent watches over the whole connect";
  bench.step([&](const StepContext& c) { bench.engine.deadline_reached(c); });
  EXPECT_EQ(bench.aborts, 0);
}

}  // namespace
}  // namespace fleetsim::device::testing
