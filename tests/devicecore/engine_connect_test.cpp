// From open to MqttConnected, refusals, and the ways a link ends.
#include "tests/devicecore/scripted_peer.hpp"

namespace fleetsim::device::testing {
namespace {

TEST(EngineConnect, WholeConversationSurvivesSplitsAndLinkLoss) {
  Script script;
  script.go_online()
      .act("subscribe", [](EngineBench& b) { b.subscribe("a/+", 21); })
      .expect("82 08 0001 0003 'a/+' 01")
      .send("90 03 0001 01")
      .told({"subscribed #21 granted 1"})
      .act("publish", [](EngineBench& b) { b.publish("up", "x", Qos::at_least_once, 5); })
      .expect("32 07 0002 'up' 0002 'x'")
      .send("32 0b 0003 'a/b' 0009 'down'")
      .expect("40 02 0009")
      .told({"message a/b=down q1"})
      .send("40 02 0002")
      .told({"acknowledged #5"})
      .act("unsubscribe", [](EngineBench& b) { b.unsubscribe("a/+", 22); })
      .expect("a2 07 0003 0003 'a/+'")
      .send("b0 02 0003 30 05 0001 'q' 'q0'")
      .told({"unsubscribed #22", "message q=q0 q0"})
      .wait(seconds{45})
      .expect("c0 00")
      .send("d0 00")
      .act("disconnect", [](EngineBench& b) { b.disconnect(); })
      .expect("e0 00")
      .act("closed",
           [](EngineBench& b) {
             EXPECT_EQ(b.closes, 1);
             b.link_closed(LinkEnd::closed_by_us);
           })
      .told({"closed 0 fault 0"});
  script.run();
  script.check_split_at_every_byte();
  script.check_link_loss_at_every_step();
}

TEST(EngineConnect, OpensTheLinkThatTheAgentAsksFor) {
  EngineBench bench;
  bench.step([&](const StepContext& c) {
    bench.engine.open(c, MqttOpen{"host.test", 8883, true});
    const auto* open = std::get_if<OpenLink>(&c.workspace.actions().front());
    ASSERT_NE(open, nullptr);
    EXPECT_EQ(open->host, "host.test");
    EXPECT_EQ(open->port, 8883);
    EXPECT_TRUE(open->tls);
    EXPECT_EQ(open->leg, Leg::mqtt);
  });
  bench.link_closed(LinkEnd::refused);
  EXPECT_EQ(bench.take_events(), std::vector<std::string>{"closed 3 fault 0"});
}

TEST(EngineConnect, ReportsTheSessionThatTheServerKept) {
  EngineBench bench;
  bench.open();
  bench.link_opened();
  bench.connect({"c1", "", "", 60, false});
  bench.feed(wire("20 02 01 00"));
  EXPECT_EQ(bench.take_events(), (std::vector<std::string>{"opened", "connected 0 session"}));
}

TEST(EngineConnect, ARefusalIsToldAndClosesTheLink) {  // §3.2.2.3
  for (int code = 1; code <= 5; ++code) {
    EngineBench bench;
    bench.open();
    bench.link_opened();
    bench.connect();
    bench.feed(Bytes{0x20, 0x02, 0x00, static_cast<std::uint8_t>(code)});
    bench.feed(wire("20 02 00 00"));
    EXPECT_EQ(bench.closes, 1);
    bench.link_closed(LinkEnd::closed_by_peer);
    EXPECT_EQ(bench.take_events(), (std::vector<std::string>{"opened", "connected " + std::to_string(code), "closed 1 fault 0"}));
    EXPECT_EQ(bench.publish("t", "x", Qos::at_most_once, 1), MqttEngine::PublishOutcome::not_connected);
  }
}

TEST(EngineConnect, NothingIsTakenBeforeTheConnack) {
  EngineBench bench;
  const auto nothing_works = [&] {
    EXPECT_EQ(bench.publish("t", "x", Qos::at_least_once, 1), MqttEngine::PublishOutcome::not_connected);
    EXPECT_EQ(bench.subscribe("t", 1), MqttEngine::PublishOutcome::not_connected);
    EXPECT_EQ(bench.unsubscribe("t", 1), MqttEngine::PublishOutcome::not_connected);
  };
  nothing_works();
  bench.open();
  nothing_works();
  bench.link_opened();
  nothing_works();
  bench.connect();
  bench.take_sent();
  nothing_works();
  EXPECT_EQ(bench.take_sent(), Bytes{});
}

TEST(EngineConnect, TheAgentMayLeaveInEveryState) {
  for (const bool orderly : {true, false}) {
    for (int progress = 0; progress <= 4; ++progress) {
      SCOPED_TRACE("orderly " + std::to_string(orderly) + " progress " + std::to_string(progress));
      EngineBench bench;
      if (progress >= 1) bench.open();
      if (progress >= 2) bench.link_opened();
      if (progress >= 3) bench.connect();
      if (progress >= 4) bench.feed(wire("20 02 00 00"));
      bench.take_sent();
      bench.take_events();
      orderly ? bench.disconnect() : bench.abort();
      EXPECT_EQ(bench.closes + bench.aborts, progress == 0 ? 0 : 1);
      EXPECT_EQ(bench.aborts, progress != 0 && (!orderly || progress == 1) ? 1 : 0);
      EXPECT_EQ(hex(bench.sent), orderly && progress == 4 ? "e000" : "") << "DISCONNECT only on a connection";
      bench.link_opened();
      bench.feed(wire("20 02 00 00"));
      EXPECT_TRUE(bench.take_events().empty()) << "late news of a link that we left";
      bench.link_closed(LinkEnd::closed_by_us);
      EXPECT_EQ(bench.take_events().size(), progress == 0 ? 0U : 1U);
    }
  }
}

TEST(EngineConnect, AnAbortCutsAnOrderlyCloseShort) {
  EngineBench bench;
  bench.go_online();
  bench.disconnect();
  bench.disconnect();
  EXPECT_EQ(bench.closes, 1);
  bench.abort();
  EXPECT_EQ(bench.aborts, 1);
}

TEST(EngineConnect, AConnectThatDoesNotFitGivesTheLinkUp) {
  EngineBench bench;
  bench.open();
  bench.link_opened();
  const std::string endless(limits::scratch_bytes, 'x');
  bench.connect({"c1", endless, "", 60, true});
  EXPECT_EQ(bench.aborts, 1);
  bench.link_closed(LinkEnd::closed_by_us);
  EXPECT_EQ(bench.take_events(), (std::vector<std::string>{"opened", "closed 0 fault 3"}));
}

TEST(EngineConnect, AConnectAfterTheLinkIsLostIsIgnored) {
  EngineBench bench;
  bench.open();
  bench.link_opened();
  bench.link_closed();
  bench.connect();
  EXPECT_EQ(bench.take_sent(), Bytes{});
  EXPECT_EQ(bench.engine.state(), MqttLinkState::idle);
}

TEST(EngineConnect, FaultsAreForgottenWithTheirLink) {
  EngineBench bench;
  bench.go_online();
  bench.feed(wire("00 00"));
  bench.link_closed(LinkEnd::closed_by_us);
  bench.go_online();
  bench.link_closed(LinkEnd::reset);
  EXPECT_EQ(bench.take_events(), std::vector<std::string>{"closed 2 fault 0"});
}

using EngineConnectDeathTest = ::testing::Test;

TEST(EngineConnectDeathTest, OpeningASecondLinkIsOurOwnBug) {
  EngineBench bench;
  bench.open();
  EXPECT_DEATH(bench.open(), "");
  bench.abort();
  EXPECT_DEATH(bench.open(), "") << "the shell has not confirmed the end yet";
}

TEST(MqttLinkStates, AllowExactlyTheDocumentedSteps) {
  int legal = 0;
  for (std::size_t from = 0; from < mqtt_link_state_count; ++from)
    for (std::size_t to = 0; to < mqtt_link_state_count; ++to)
      legal += may_become(static_cast<MqttLinkState>(from), static_cast<MqttLinkState>(to)) ? 1 : 0;
  EXPECT_EQ(legal, 14);
}

}  // namespace
}  // namespace fleetsim::device::testing
