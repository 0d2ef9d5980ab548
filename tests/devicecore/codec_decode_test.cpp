#include <gtest/gtest.h>
#include <set>
#include <string>

#include "devicecore/mqtt_codec.hpp"
#include "tests/devicecore/wire_bytes.hpp"

namespace fleetsim::device::mqtt {
namespace {

using testing::Bytes;
using testing::wire;

struct Wrong {
  const char* bytes;
  DecodeError error;
  const char* why;
};

void expect_error(const Wrong& wrong) {
  const Bytes bytes = wire(wrong.bytes);
  const auto decoded = decode(bytes);
  ASSERT_FALSE(decoded.ok()) << wrong.why;
  EXPECT_EQ(describe(decoded.error()), describe(wrong.error)) << wrong.why;
}

TEST(DecodeConnack, GivesCodeAndSession) {  // §3.2.2
  const Bytes accepted = wire("20 02 01 00");
  EXPECT_TRUE(decode(accepted)->session_present);
  for (std::uint8_t code = 1; code <= 5; ++code) {
    const Bytes refused = {0x20, 0x02, 0x00, code};
    EXPECT_EQ(decode(refused)->return_code, code);
  }
}

TEST(DecodePublish, GivesEveryField) {  // §3.3
  const Bytes bytes = wire("3b 09 0003 'a/b' 000a 'hi'");
  const auto packet = decode(bytes);
  ASSERT_TRUE(packet.ok());
  EXPECT_EQ(packet->type, PacketType::publish);
  EXPECT_EQ(packet->qos, 1);
  EXPECT_TRUE(packet->duplicate);
  EXPECT_TRUE(packet->retain);
  EXPECT_EQ(packet->id, 10);
  EXPECT_EQ(packet->topic, "a/b");
  EXPECT_EQ(text_of(packet->payload), "hi");
  EXPECT_EQ(packet->payload.data(), bytes.data() + 9) << "nothing is copied";
}

TEST(DecodePublish, TakesAnEmptyPayloadAndTheShortestTopic) {
  const Bytes qos_0 = wire("30 03 0001 'a'");
  EXPECT_EQ(decode(qos_0)->topic, "a");
  EXPECT_TRUE(decode(qos_0)->payload.empty());
  const Bytes qos_2 = wire("34 05 0001 'a' ffff");
  EXPECT_EQ(decode(qos_2)->qos, 2);
  EXPECT_EQ(decode(qos_2)->id, 65535);
}

TEST(DecodeAcknowledgements, GiveTheirPacketId) {  // §3.4, §3.9, §3.11
  EXPECT_EQ(decode(wire("40 02 0102"))->id, 0x0102);
  EXPECT_EQ(decode(wire("b0 02 ffff"))->id, 0xffff);
  const Bytes suback = wire("90 06 0007 00 01 02 80");
  const auto packet = decode(suback);
  EXPECT_EQ(packet->id, 7);
  EXPECT_EQ(Bytes(packet->payload.begin(), packet->payload.end()), wire("00 01 02 80"));
  EXPECT_EQ(decode(wire("d0 00"))->type, PacketType::pingresp);
}

TEST(DecodeRemainingLength, MayHaveSuperfluousBytesButNotAFifth) {  // §2.2.3
  EXPECT_TRUE(decode(wire("40 82 80 00 0001")).ok());
  EXPECT_TRUE(decode(wire("40 82 80 80 00 0001")).ok());
  expect_error({"30 80 80 80 80 01", DecodeError::remaining_length, "a fifth length byte"});
  expect_error({"30 ff ff ff ff", DecodeError::remaining_length, "a continuation into a fifth byte"});
}

TEST(DecodeRemainingLength, ReachesItsLargestValue) {
  const auto header = decode_fixed_header(wire("30 ff ff ff 7f"));
  ASSERT_TRUE(header.ok());
  EXPECT_EQ(header->remaining, remaining_length_max);
  EXPECT_EQ(header->packet_bytes(), 5U + remaining_length_max);
}

TEST(DecodeFixedHeader, SaysWhenMoreIsNeeded) {
  for (const char* part : {"", "30", "30 80", "30 80 80", "30 80 80 80", "d0"}) {
    const auto header = decode_fixed_header(wire(part));
    ASSERT_TRUE(header.ok()) << part;
    EXPECT_FALSE(header->complete()) << part;
  }
}

TEST(DecodeFirstByte, IsJudgedAloneForAll256Values) {  // table 2.1, table 2.2
  const std::set<unsigned> allowed = {0x20, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x3a, 0x3b, 0x3c, 0x3d, 0x40, 0x90, 0xb0, 0xd0};
  for (unsigned first = 0; first < 256; ++first) {
    const Bytes byte = {static_cast<std::uint8_t>(first)};
    EXPECT_EQ(decode_fixed_header(byte).ok(), allowed.count(first) == 1) << std::hex << first;
  }
}

TEST(Decode, RefusesWhatAServerMustNotSend) {
  const Wrong all[] = {
      {"00 00", DecodeError::reserved_type, "type 0, §2.2.1"},
      {"f0 00", DecodeError::reserved_type, "type 15, §2.2.1"},
      {"10 00", DecodeError::not_for_clients, "CONNECT, table 2.1"},
      {"82 00", DecodeError::not_for_clients, "SUBSCRIBE"},
      {"a2 00", DecodeError::not_for_clients, "UNSUBSCRIBE"},
      {"c0 00", DecodeError::not_for_clients, "PINGREQ"},
      {"e0 00", DecodeError::not_for_clients, "DISCONNECT"},
      {"50 02 0001", DecodeError::not_used, "PUBREC to someone who never sends QoS 2"},
      {"62 02 0001", DecodeError::not_used, "PUBREL"},
      {"70 02 0001", DecodeError::not_used, "PUBCOMP"},
      {"21 02 00 00", DecodeError::reserved_flags, "CONNACK flags, MQTT-2.2.2-2"},
      {"42 02 0001", DecodeError::reserved_flags, "PUBACK flags"},
      {"92 03 0001 00", DecodeError::reserved_flags, "SUBACK flags"},
      {"b2 02 0001", DecodeError::reserved_flags, "UNSUBACK flags"},
      {"d8 00", DecodeError::reserved_flags, "PINGRESP flags"},
      {"36 07 0003 'a/b' 0001", DecodeError::qos_3, "MQTT-3.3.1-4"},
      {"38 05 0003 'a/b'", DecodeError::dup_at_qos_0, "MQTT-3.3.1-2"},
      {"20 03 00 00 00", DecodeError::remaining_length, "CONNACK of 3"},
      {"20 01 00", DecodeError::remaining_length, "CONNACK of 1"},
      {"40 03 0001 00", DecodeError::remaining_length, "PUBACK of 3"},
      {"40 00", DecodeError::remaining_length, "PUBACK of 0"},
      {"b0 01 00", DecodeError::remaining_length, "UNSUBACK of 1"},
      {"90 02 0001", DecodeError::remaining_length, "SUBACK without a code"},
      {"d0 01 00", DecodeError::remaining_length, "PINGRESP of 1"},
      {"30 02 0000", DecodeError::remaining_length, "PUBLISH that has no room for a topic"},
      {"30 05 0003 'a/'", DecodeError::remaining_length, "less there than the header says"},
      {"30 04 0003 'a/'", DecodeError::body_too_short, "topic beyond the packet"},
      {"32 06 0003 'a/b' 00", DecodeError::body_too_short, "packet id beyond the packet"},
      {"30 03 ffff 'a'", DecodeError::body_too_short, "topic of 65535"},
      {"20 02 02 00", DecodeError::reserved_acknowledge_flags, "§3.2.2.1"},
      {"20 02 80 00", DecodeError::reserved_acknowledge_flags, "§3.2.2.1"},
      {"20 02 00 06", DecodeError::return_code, "6, table 3.1"},
      {"20 02 00 ff", DecodeError::return_code, "255, table 3.1"},
      {"20 02 01 05", DecodeError::session_of_refused, "MQTT-3.2.2-4"},
      {"90 03 0001 03", DecodeError::return_code, "MQTT-3.9.3-2"},
      {"90 04 0001 00 81", DecodeError::return_code, "MQTT-3.9.3-2"},
      {"32 07 0003 'a/b' 0000", DecodeError::packet_id_zero, "MQTT-2.3.1-1"},
      {"40 02 0000", DecodeError::packet_id_zero, "PUBACK"},
      {"90 03 0000 00", DecodeError::packet_id_zero, "SUBACK"},
      {"b0 02 0000", DecodeError::packet_id_zero, "UNSUBACK"},
      {"30 03 0000 'a'", DecodeError::topic, "empty, MQTT-4.7.3-1"},
      {"30 05 0003 'a/+'", DecodeError::topic, "wildcard, MQTT-3.3.2-2"},
      {"30 05 0003 'a/#'", DecodeError::topic, "wildcard"},
      {"30 05 0003 'a' 00 'b'", DecodeError::topic, "NUL, MQTT-1.5.3-2"},
      {"30 05 0003 ed a0 80", DecodeError::topic, "surrogate, MQTT-1.5.3-1"},
      {"30 04 0002 c3 28", DecodeError::topic, "not UTF-8"},
  };
  for (const Wrong& wrong : all) expect_error(wrong);
}

TEST(DecodeError, HasAnExplanationForPeople) {
  for (unsigned i = 0; i <= static_cast<unsigned>(DecodeError::topic); ++i)
    EXPECT_GT(describe(static_cast<DecodeError>(i)).size(), 10U) << i;
}

}  // namespace
}  // namespace fleetsim::device::mqtt
