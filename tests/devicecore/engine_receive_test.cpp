// Messages on their way in: acknowledgement, split packets and where they live.
#include "tests/devicecore/scripted_peer.hpp"

namespace fleetsim::device::testing {
namespace {

Bytes publish_of(std::size_t payload_bytes) {
  Bytes packet(payload_bytes + 16);
  const Bytes payload(payload_bytes, 'p');
  packet.resize(mqtt::encode_publish({"t", payload, Qos::at_least_once, 0}, 7, packet));
  return packet;
}

TEST(EngineReceive, AcknowledgesQos1InTheStepOfTheMessage) {  // MQTT-4.3.2-2
  EngineBench bench;
  bench.go_online();
  bench.step([&](const StepContext& c) {
    const Bytes bytes = wire("3a 06 0001 'a' 1234 'x'");
    const auto received = bench.engine.receive(c, bytes);
    EXPECT_EQ(text_of_event(received.event), "message a=x q1 dup");
    ASSERT_EQ(c.workspace.actions().size(), 1U);
    const auto* send = std::get_if<SendBytes>(&c.workspace.actions()[0]);
    ASSERT_NE(send, nullptr);
    EXPECT_EQ(hex(send->bytes), "40021234");
  });
}

TEST(EngineReceive, DoesNotAcknowledgeQos0) {
  EngineBench bench;
  bench.go_online();
  bench.feed(wire("31 04 0001 'a' 'x'"));
  EXPECT_EQ(bench.take_events(), std::vector<std::string>{"message a=x q0"});
  EXPECT_EQ(hex(bench.take_sent()), "");
}

TEST(EngineReceive, AWholePacketNeedsNoBlockAndIsNotCopied) {
  EngineBench bench;
  bench.go_online();
  bench.step([&](const StepContext& c) {
    const Bytes bytes = publish_of(200'000);
    const auto received = bench.engine.receive(c, bytes);
    const auto* message = std::get_if<MqttMessage>(&received.event);
    ASSERT_NE(message, nullptr);
    EXPECT_EQ(message->payload.data() + message->payload.size(), bytes.data() + bytes.size());
    EXPECT_EQ(bench.pool.blocks_in_use(), 0U);
  });
}

TEST(EngineReceive, AcknowledgementsNeedNoBlockHoweverTheyAreSplit) {
  EngineBench bench({.small = 1});
  bench.go_online();
  bench.publish("t", "x", Qos::at_least_once, 1);  // takes the only block
  bench.subscribe("a", 2);
  for (const char* answer : {"d0 00", "90 03 0002 01", "40 02 0001"}) {
    for (const std::uint8_t byte : wire(answer)) {
      const std::size_t held = bench.pool.blocks_in_use();
      bench.feed({&byte, 1});
      EXPECT_LE(bench.pool.blocks_in_use(), held);
    }
  }
  EXPECT_EQ(bench.take_events(), (std::vector<std::string>{"subscribed #2 granted 1", "acknowledged #1"}));
}

TEST(EngineReceive, ASplitMessageHoldsOneBlockUntilItIsWhole) {
  for (const std::size_t payload : {1U, 200U, 1000U, 8000U, 10'000U}) {
    EngineBench bench;
    bench.go_online();
    const Bytes packet = publish_of(payload);
    for (std::size_t i = 0; i + 1 < packet.size(); ++i) bench.feed({&packet[i], 1});
    EXPECT_EQ(bench.pool.blocks_in_use(), 1U);
    bench.feed({&packet.back(), 1});
    EXPECT_EQ(bench.pool.blocks_in_use(), 0U) << "the message moved to the scratch";
    EXPECT_EQ(bench.engine.next_deadline() > bench.now, true);
    ASSERT_EQ(bench.events.size(), 1U);
    EXPECT_EQ(bench.events[0], "message t=" + std::string(payload, 'p') + " q1");
  }
}

TEST(EngineReceive, ALargeSplitMessageKeepsItsBlockForThatStepOnly) {
  EngineBench bench;
  bench.go_online();
  Bytes stream = publish_of(100'000);
  const std::size_t first_bytes = stream.size();
  const Bytes more = publish_of(3);
  stream.insert(stream.end(), more.begin(), more.end());
  bench.feed(ByteView(stream).first(5000));
  ByteView rest = ByteView(stream).subspan(5000);
  bench.step([&](const StepContext& c) {
    const auto received = bench.engine.receive(c, rest);
    const auto* message = std::get_if<MqttMessage>(&received.event);
    ASSERT_NE(message, nullptr);
    EXPECT_EQ(received.consumed, first_bytes - 5000);
    rest = rest.subspan(received.consumed);
    EXPECT_EQ(bench.pool.blocks_in_use(), 1U);
    EXPECT_EQ(bench.engine.receive(c, rest).consumed, 0U) << "the shell has not read the message yet";
    bench.engine.deadline_reached(c);
    EXPECT_EQ(bench.pool.blocks_in_use(), 1U);
    EXPECT_EQ(text_of(message->payload), std::string(100'000, 'p'));
  });
  EXPECT_LE(bench.engine.next_deadline(), bench.now) << "the next step is wanted at once";
  bench.feed(rest);
  EXPECT_EQ(bench.pool.blocks_in_use(), 0U);
  EXPECT_EQ(bench.take_events(), std::vector<std::string>{"message t=ppp q1"});
}

TEST(EngineReceive, TheDeadlineAloneFreesTheBlockOfALargeMessage) {
  EngineBench bench;
  bench.go_online();
  const Bytes packet = publish_of(100'000);
  bench.feed(ByteView(packet).first(1));
  bench.feed(ByteView(packet).subspan(1));
  EXPECT_EQ(bench.pool.blocks_in_use(), 1U);
  bench.serve_deadlines(bench.now);
  EXPECT_EQ(bench.pool.blocks_in_use(), 0U);
}

TEST(EngineReceive, LosesTheHalfPacketWithItsLink) {
  EngineBench bench;
  bench.go_online();
  const Bytes packet = publish_of(100);
  bench.feed(ByteView(packet).first(50));
  bench.link_closed(LinkEnd::reset);
  EXPECT_EQ(bench.pool.blocks_in_use(), 0U);
  bench.go_online();
  bench.feed(wire("30 04 0001 'a' 'x'"));
  EXPECT_EQ(bench.take_events(), std::vector<std::string>{"message a=x q0"});
}

TEST(EngineReceive, ThePacketOfTheLargestBlockIsTheLargest) {
  EngineBench bench;
  bench.go_online();
  const std::size_t overhead = 1 + 3 + 2 + 1 + 2;
  const Bytes largest = publish_of(BlockPool::largest_block_bytes - overhead);
  ASSERT_EQ(largest.size(), BlockPool::largest_block_bytes);
  bench.feed(largest);
  EXPECT_EQ(bench.take_events().size(), 1U);
  bench.feed(ByteView(largest).first(100));
  bench.feed(ByteView(largest).subspan(100));
  EXPECT_EQ(bench.take_events().size(), 1U);
  bench.serve_deadlines(bench.now);
  bench.feed(publish_of(BlockPool::largest_block_bytes - overhead + 1));
  EXPECT_EQ(bench.aborts, 1);
}

}  // namespace
}  // namespace fleetsim::device::testing
