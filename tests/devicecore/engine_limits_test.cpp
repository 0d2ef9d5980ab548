// What happens when the workspace of a step is short, and how many actions a step costs.
#include "tests/devicecore/scripted_peer.hpp"

namespace fleetsim::device::testing {
namespace {

using Outcome = MqttEngine::PublishOutcome;

Action filler() { return Action{std::in_place_type<CloseLink>, CloseLink{Leg::bootstrap}}; }

void fill_actions(Workspace& workspace, std::size_t leave_free) {
  while (workspace.actions_free() > leave_free) workspace.push(filler());
}

TEST(EngineLimits, ManyPublishesOfOneStepLeaveAsOneAction) {
  EngineBench bench;
  bench.go_online();
  bench.send_actions = 0;
  bench.step([&](const StepContext& c) {
    for (Token token = 0; token < 16; ++token) {
      EXPECT_EQ(bench.engine.publish(c, {"t", bytes_of("x"), Qos::at_least_once, token}), Outcome::sent);
      Event event;
      event.kind = EventKind::published;
      c.workspace.push(Action{std::in_place_type<Report>, Report{event}});
    }
  });
  EXPECT_EQ(bench.send_actions, 1U) << "reports in between do not break the run";
  EXPECT_EQ(bench.take_sent().size(), 16U * 8);
}

TEST(EngineLimits, ManyPubacksOfOneStepLeaveAsOneAction) {
  EngineBench bench;
  bench.go_online();
  bench.send_actions = 0;
  Bytes stream;
  for (std::uint8_t id = 1; id <= 200; ++id) {
    const Bytes packet = {0x32, 0x05, 0x00, 0x01, 't', 0x00, id};
    stream.insert(stream.end(), packet.begin(), packet.end());
  }
  bench.feed(stream);
  EXPECT_EQ(bench.send_actions, 1U);
  EXPECT_EQ(bench.take_sent().size(), 200U * 4);
}

TEST(EngineLimits, BytesNeverOvertakeTheOpeningOrClosingOfALink) {
  Workspace workspace;
  workspace.scratch()[0] = 1;
  EXPECT_TRUE(workspace.send(Leg::mqtt, 1));
  EXPECT_TRUE(workspace.send(Leg::bootstrap, 1));
  EXPECT_TRUE(workspace.send(Leg::mqtt, 1));
  EXPECT_EQ(workspace.actions().size(), 3U) << "another leg";
  workspace.push(filler());
  EXPECT_TRUE(workspace.send(Leg::mqtt, 1));
  EXPECT_EQ(workspace.actions().size(), 5U) << "an action in between";
  workspace.keep(3);
  EXPECT_TRUE(workspace.send(Leg::mqtt, 1));
  EXPECT_EQ(workspace.actions().size(), 6U) << "not contiguous";
  EXPECT_TRUE(workspace.send(Leg::mqtt, 2));
  EXPECT_EQ(workspace.actions().size(), 6U);
  workspace.reset();
  EXPECT_TRUE(workspace.send(Leg::mqtt, 1));
  EXPECT_EQ(workspace.actions().size(), 1U);
  fill_actions(workspace, 0);
  EXPECT_FALSE(workspace.send(Leg::mqtt, 1));
  EXPECT_FALSE(workspace.send(Leg::mqtt, workspace.scratch_free() + 1));
}

TEST(EngineLimits, ReceiveWaitsForAWorkspaceWithRoom) {
  EngineBench bench;
  bench.go_online();
  const Bytes packet = wire("32 05 0001 't' 0001");
  bench.step([&](const StepContext& c) {
    fill_actions(c.workspace, 1);
    EXPECT_EQ(bench.engine.receive(c, packet).consumed, 0U);
  });
  bench.closes = 0;
  bench.step([&](const StepContext& c) {
    c.workspace.keep(c.workspace.scratch_free() - 3);
    EXPECT_EQ(bench.engine.receive(c, packet).consumed, 0U);
  });
  bench.feed(packet);
  EXPECT_EQ(bench.take_events(), std::vector<std::string>{"message t= q1"});
}

TEST(EngineLimits, PublishAndSubscribeSayWhenTheWorkspaceIsFull) {
  EngineBench bench;
  bench.go_online();
  bench.step([&](const StepContext& c) {
    fill_actions(c.workspace, 0);
    EXPECT_EQ(bench.engine.publish(c, {"t", {}, Qos::at_least_once, 1}), Outcome::no_room);
    EXPECT_EQ(bench.engine.subscribe(c, {"t", Qos::at_least_once, 1}), Outcome::no_room);
    EXPECT_EQ(bench.engine.unsubscribe(c, {"t", 1}), Outcome::no_room);
  });
  EXPECT_EQ(bench.pool.blocks_in_use(), 0U);
}

TEST(EngineLimits, AnAbortWithoutRoomIsOwedAndPaid) {
  EngineBench bench;
  bench.go_online();
  bench.step([&](const StepContext& c) {
    fill_actions(c.workspace, 0);
    bench.engine.abort(c);
  });
  EXPECT_EQ(bench.aborts, 0);
  bench.serve_deadlines(bench.now);
  EXPECT_EQ(bench.aborts, 1);
  EXPECT_EQ(bench.engine.next_deadline(), kNever);
}

TEST(EngineLimits, RedeliveryBeyondOneScratchGoesOnInTheNextStepsInOrder) {
  EngineBench bench;
  bench.config.publish_retry = std::chrono::hours{1};
  bench.go_online();
  const std::string payload(6000, 'x');
  for (Token token = 1; token <= 3; ++token) bench.publish("t", payload, Qos::at_least_once, token);
  bench.publish("t", "small", Qos::at_least_once, 4);  // would fit beside the first two, but the third goes before it
  bench.link_closed(LinkEnd::reset);
  bench.open();
  bench.link_opened();
  bench.connect();
  bench.take_sent();
  bench.feed(wire("20 02 01 00"));
  EXPECT_EQ(bench.take_sent().size(), 2U * 6008) << "two fit one scratch";
  EXPECT_LE(bench.engine.next_deadline(), bench.now);
  bench.step([&](const StepContext& c) {
    c.workspace.keep(c.workspace.scratch_free() - 100);  // enough for the new one, too little for the one that is owed
    EXPECT_EQ(bench.engine.publish(c, {"t", {}, Qos::at_most_once, 9}), Outcome::no_room) << "older ones go first";
  });
  bench.serve_deadlines(bench.now);
  const Bytes third = bench.take_sent();
  ASSERT_EQ(third.size(), 6008U + 12);
  EXPECT_EQ(third[0], 0x3A);
  EXPECT_EQ(third[7], 3) << "packet id";
}

TEST(EngineLimits, ThreeLargePublishesNeedThreeBlocks) {
  EngineBench bench;
  EXPECT_LE(sizeof(MqttEngine), 420U);
  bench.go_online();
  const std::string payload(6000, 'x');
  for (Token token = 1; token <= 3; ++token) EXPECT_EQ(bench.publish("t", payload, Qos::at_least_once, token), Outcome::sent);
  EXPECT_EQ(bench.publish("t", payload, Qos::at_least_once, 4), Outcome::no_room) << "two large and the huge one are taken";
}

}  // namespace
}  // namespace fleetsim::device::testing
