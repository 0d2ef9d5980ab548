#include <array>
#include <gtest/gtest.h>
#include <string>

#include "devicecore/mqtt_codec.hpp"
#include "tests/devicecore/wire_bytes.hpp"

namespace fleetsim::device::mqtt {
namespace {

using testing::Bytes;
using testing::hex;
using testing::wire;

std::array<std::uint8_t, 70'000> memory;

template <class Encode>
std::string encoded(Encode encode) {
  const std::size_t size = encode(MutableBytes(memory));
  for (std::size_t room = 0; room < size && room < 64; ++room) EXPECT_EQ(encode(MutableBytes(memory).first(room)), 0U) << "no room";
  const std::size_t again = encode(MutableBytes(memory).first(size));
  EXPECT_EQ(again, size) << "exactly enough room";
  return hex(MutableBytes(memory).first(size));
}

TEST(EncodeConnect, WritesOnlyTheClientIdWhenThereIsNothingElse) {  // §3.1
  const MqttConnect request{"dev", "", "", 300, true};
  EXPECT_EQ(encoded([&](MutableBytes out) { return encode_connect(request, out); }), hex(wire("10 0f 0004 'MQTT' 04 02 012c 0003 'dev'")));
}

TEST(EncodeConnect, SetsTheFlagsOfUserNameAndPassword) {  // §3.1.2.8, §3.1.2.9
  const MqttConnect request{"a1.dev|securemode=3|", "dev&a1", "S1", 60, false};
  EXPECT_EQ(encoded([&](MutableBytes out) { return encode_connect(request, out); }),
            hex(wire("10 2c 0004 'MQTT' 04 c0 003c 0014 'a1.dev|securemode=3|' 0006 'dev&a1' 0002 'S1'")));
}

TEST(EncodeConnect, APasswordAloneStillCarriesAnEmptyUserName) {  // MQTT-3.1.2-22
  const MqttConnect request{"c", "", "p", 0, true};
  EXPECT_EQ(encoded([&](MutableBytes out) { return encode_connect(request, out); }),
            hex(wire("10 12 0004 'MQTT' 04 c2 0000 0001 'c' 0000 0001 'p'")));
}

TEST(EncodeConnect, AUserNameAloneCarriesNoPassword) {
  const MqttConnect request{"c", "u", "", 0, true};
  EXPECT_EQ(encoded([&](MutableBytes out) { return encode_connect(request, out); }),
            hex(wire("10 10 0004 'MQTT' 04 82 0000 0001 'c' 0001 'u'")));
}

TEST(EncodeConnect, CannotExpressAStringBeyond65535Bytes) {
  const std::string longest(65535, 'x');
  const std::string too_long(65536, 'x');
  EXPECT_EQ(connect_bytes({longest, "", "", 0, true}), 1U + 3 + 10 + 2 + 65535);
  EXPECT_EQ(connect_bytes({too_long, "", "", 0, true}), 0U);
  EXPECT_EQ(connect_bytes({"c", too_long, "", 0, true}), 0U);
  EXPECT_EQ(connect_bytes({"c", "u", too_long, 0, true}), 0U);
}

TEST(EncodePublish, AtQos0HasNoPacketId) {  // §3.3.2.2
  const Bytes payload = wire("'hi'");
  EXPECT_EQ(encoded([&](MutableBytes out) {
              return encode_publish({"a/b", payload, Qos::at_most_once, 0}, 9, out);
            }),
            hex(wire("30 07 0003 'a/b' 'hi'")));
}

TEST(EncodePublish, AtQos1HasOneAndTakesDupLater) {  // §3.3.1
  const Bytes payload = wire("'hi'");
  EXPECT_EQ(encoded([&](MutableBytes out) {
              return encode_publish({"a/b", payload, Qos::at_least_once, 0}, 0x1234, out);
            }),
            hex(wire("32 09 0003 'a/b' 1234 'hi'")));
  mark_duplicate(memory);
  EXPECT_EQ(memory[0], 0x3A);
}

TEST(EncodePublish, RemainingLengthGrowsAtTheStatedLimits) {  // table 2.4
  struct Case {
    std::size_t remaining;
    const char* header;
  };
  for (const Case& c : {Case{127, "307f"}, Case{128, "308001"}, Case{16383, "30ff7f"}, Case{16384, "30808001"}}) {
    const Bytes payload(c.remaining - 3);
    const std::size_t size = encode_publish({"t", payload, Qos::at_most_once, 0}, 0, memory);
    const std::string header = c.header;
    EXPECT_EQ(size, header.size() / 2 + c.remaining);
    EXPECT_EQ(hex(MutableBytes(memory).first(header.size() / 2)), header);
  }
}

TEST(EncodePublish, CannotExpressMoreThan256Megabytes) {
  const std::uint8_t byte = 0;
  EXPECT_EQ(publish_bytes({"t", ByteView(&byte, remaining_length_max - 3), Qos::at_most_once, 0}), 5U + remaining_length_max);
  EXPECT_EQ(publish_bytes({"t", ByteView(&byte, remaining_length_max - 2), Qos::at_most_once, 0}), 0U);
}

TEST(EncodeSubscribe, HasReservedFlags2AndOneFilter) {  // §3.8.1
  EXPECT_EQ(encoded([](MutableBytes out) { return encode_subscribe("a/+", Qos::at_least_once, 10, out); }),
            hex(wire("82 08 000a 0003 'a/+' 01")));
}

TEST(EncodeUnsubscribe, HasReservedFlags2) {  // §3.10.1
  EXPECT_EQ(encoded([](MutableBytes out) { return encode_unsubscribe("a/+", 0xffff, out); }), hex(wire("a2 07 ffff 0003 'a/+'")));
}

TEST(EncodeShortPackets, AreAsInTheStandard) {  // §3.4, §3.12, §3.14
  EXPECT_EQ(encoded([](MutableBytes out) { return encode_puback(0x0102, out); }), "40020102");
  EXPECT_EQ(encoded([](MutableBytes out) { return encode_pingreq(out); }), "c000");
  EXPECT_EQ(encoded([](MutableBytes out) { return encode_disconnect(out); }), "e000");
}

}  // namespace
}  // namespace fleetsim::device::mqtt
