// What a server must not do: each ends the link with its fault, at once, whatever else is in the stream.
#include "tests/devicecore/scripted_peer.hpp"

namespace fleetsim::device::testing {
namespace {

struct Wrong {
  const char* bytes;
  const char* why;
};

void expect_given_up(EngineBench& bench, const Bytes& bytes, const std::string& closed) {
  bench.feed(bytes);
  EXPECT_EQ(bench.aborts, 1);
  EXPECT_TRUE(bench.take_events().empty());
  bench.feed(wire("30 03 0001 'a'"));
  EXPECT_TRUE(bench.take_events().empty()) << "nothing counts after a fault";
  bench.link_closed(LinkEnd::closed_by_us);
  EXPECT_EQ(bench.take_events(), std::vector<std::string>{closed});
}

void expect_protocol_error_for_any_split(const Wrong& wrong, void (*prepare)(EngineBench&)) {
  const Bytes bytes = wire(wrong.bytes);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    SCOPED_TRACE(std::string(wrong.why) + ", cut at " + std::to_string(cut));
    EngineBench bench;
    prepare(bench);
    bench.take_events();
    bench.feed(ByteView(bytes).first(cut));
    bench.feed(ByteView(bytes).subspan(cut));
    EXPECT_EQ(bench.aborts, 1);
    bench.link_closed(LinkEnd::closed_by_us);
    EXPECT_EQ(bench.take_events(), std::vector<std::string>{"closed 0 fault 1"});
  }
}

TEST(EngineFaults, BrokenPacketsOnAConnection) {
  const Wrong all[] = {
      {"00 00", "reserved type"},
      {"10 0c 0004 'MQTT' 04 02 003c 0000", "CONNECT"},
      {"20 02 00 00", "a second CONNACK, §3.2"},
      {"34 07 0003 'a/b' 0001", "QoS 2, which was never granted"},
      {"36 07 0003 'a/b' 0001", "QoS 3, MQTT-3.3.1-4"},
      {"38 05 0003 'a/b'", "DUP at QoS 0, MQTT-3.3.1-2"},
      {"32 07 0003 'a/b' 0000", "packet id 0, MQTT-2.3.1-1"},
      {"30 05 0003 'a/+'", "wildcard in a topic name, MQTT-3.3.2-2"},
      {"30 04 0003 'a/'", "topic beyond the packet"},
      {"30 04 0002 c3 28", "not UTF-8, MQTT-1.5.3-1"},
      {"40 02 0000", "PUBACK of packet id 0"},
      {"42 02 0001", "reserved flags, MQTT-2.2.2-2"},
      {"50 02 0001", "PUBREC"},
      {"62 02 0001", "PUBREL"},
      {"70 02 0001", "PUBCOMP"},
      {"82 06 0001 0001 'a' 00", "SUBSCRIBE"},
      {"90 03 0001 00", "SUBACK that nobody waits for"},
      {"b0 02 0001", "UNSUBACK that nobody waits for"},
      {"c0 00", "PINGREQ"},
      {"e0 00", "DISCONNECT"},
      {"f0 00", "reserved type"},
      {"30 80 80 80 80", "remaining length of five bytes, §2.2.3"},
  };
  for (const Wrong& wrong : all) expect_protocol_error_for_any_split(wrong, [](EngineBench& b) { b.go_online(); });
}

TEST(EngineFaults, AnyPacketButConnackBeforeTheConnection) {  // §3.2: the first packet of the server is CONNACK
  const Wrong all[] = {
      {"30 03 0001 'a'", "PUBLISH"},          {"40 02 0001", "PUBACK"}, {"90 03 0001 00", "SUBACK"}, {"d0 00", "PINGRESP"},
      {"20 02 00 06", "CONNACK with code 6"},
  };
  for (const Wrong& wrong : all) {
    expect_protocol_error_for_any_split(wrong, [](EngineBench& b) {
      b.open();
      b.link_opened();
      b.connect();
    });
  }
}

TEST(EngineFaults, AnyByteBeforeOurConnect) {
  expect_protocol_error_for_any_split({"20 02 00 00", "CONNACK to nothing"}, [](EngineBench& b) {
    b.open();
    b.link_opened();
  });
}

TEST(EngineFaults, ASubackOfTheWrongKindOrCount) {
  for (const char* answer : {"b0 02 0001", "90 04 0001 00 00", "90 03 0002 00", "90 03 0001 03"}) {
    SCOPED_TRACE(answer);
    EngineBench bench;
    bench.go_online();
    bench.subscribe("a", 1);
    expect_given_up(bench, wire(answer), "closed 0 fault 1");
  }
  EngineBench bench;
  bench.go_online();
  bench.unsubscribe("a", 1);
  expect_given_up(bench, wire("90 03 0001 00"), "closed 0 fault 1");
}

TEST(EngineFaults, WhatFollowsABrokenPacketIsNotRead) {
  EngineBench bench;
  bench.go_online();
  Bytes bytes = wire("30 03 0001 'a' c0 00");
  const Bytes rest = wire("30 03 0001 'b'");
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  bench.feed(bytes);
  EXPECT_EQ(bench.take_events(), std::vector<std::string>{"message a= q0"});
  EXPECT_EQ(bench.aborts, 1);
}

TEST(EngineFaults, APacketBeyondTheLargestBlockIsTooLarge) {
  for (const std::size_t cut : {0U, 1U, 2U, 3U, 4U}) {
    EngineBench bench;
    bench.go_online();
    const Bytes bytes = wire("30 80 80 80 01 0001 'a'");  // 2 MiB announced
    bench.feed(ByteView(bytes).first(cut));
    bench.take_events();
    expect_given_up(bench, Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(cut), bytes.end()), "closed 0 fault 3");
  }
}

TEST(EngineFaults, ASplitPacketForWhichNoBlockIsFreeIsTooLarge) {
  EngineBench bench({.small = 1});
  bench.go_online();
  EXPECT_EQ(bench.publish("t", "x", Qos::at_least_once, 1), MqttEngine::PublishOutcome::sent);
  bench.feed(wire("30 0a 0001 'a'"));
  EXPECT_EQ(bench.aborts, 1);
  bench.link_closed(LinkEnd::closed_by_us);
  EXPECT_EQ(bench.take_events(), std::vector<std::string>{"closed 0 fault 3"});
}

}  // namespace
}  // namespace fleetsim::device::testing
