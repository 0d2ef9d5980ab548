// MQTT 3.1.1: what a server must take, and what it must refuse.
#include <gtest/gtest.h>

#include "platform-mock/core/mqtt/decoder.hpp"
#include "platform-mock/core/mqtt/encoder.hpp"
#include "platform-mock/core/mqtt/topic_filter.hpp"
#include "tests/platform-mock/broker_world.hpp"

namespace fleetsim::platform::mqtt {
namespace {

using broker_test::bytes;

constexpr DecodeLimits wide{.packet_bytes_max = 1U << 28};

Decoded decode_text(const std::string& raw, const DecodeLimits& limits = wide) { return decode(bytes_of(raw), limits); }

std::string_view reason_of(std::string_view hex) {
  const std::string raw = bytes(hex);
  const Decoded decoded = decode_text(raw);
  EXPECT_EQ(decoded.status, DecodeStatus::malformed) << hex;
  return decoded.reason;
}

TEST(ServerDecoder, ReadsTheConnectOfTheStandardsExample) {
  const std::string raw =
      broker_test::connect_packet({.client_id = "c|x=1|", .username = "u", .password = "p", .keep_alive_s = 1200, .clean = false});
  const Decoded decoded = decode_text(raw);
  ASSERT_EQ(decoded.status, DecodeStatus::packet);
  EXPECT_EQ(decoded.size, raw.size());
  const auto& connect = std::get<Connect>(decoded.packet);
  EXPECT_EQ(connect.client_id, "c|x=1|");
  EXPECT_EQ(connect.username, "u");
  EXPECT_EQ(text_of(connect.password), "p");
  EXPECT_EQ(connect.keep_alive_s, 1200);
  EXPECT_FALSE(connect.clean_session);
  EXPECT_FALSE(connect.has_will);
}

TEST(ServerDecoder, TakesMqtt31AndAnswersOtherLevelsByName) {
  const Decoded old =
      decode_text(broker_test::connect_packet({.client_id = "c", .username = "u", .password = "p", .protocol_name = "MQIsdp", .level = 3}));
  ASSERT_EQ(old.status, DecodeStatus::packet);
  EXPECT_EQ(std::get<Connect>(old.packet).protocol_level, 3);
  // A CONNECT of MQTT 5 has properties: nothing behind the level may be looked at.
  const Decoded five = decode_text(bytes("10 0d 00 04 4d 51 54 54 05 02 00 3c 00 00 00"));
  ASSERT_EQ(five.status, DecodeStatus::packet);
  EXPECT_EQ(std::get<UnsupportedConnect>(five.packet).protocol_level, 5);
  const Decoded mixed = decode_text(broker_test::connect_packet({.client_id = "c", .username = "", .password = {}, .level = 3}));
  EXPECT_TRUE(std::holds_alternative<UnsupportedConnect>(mixed.packet));
  EXPECT_EQ(reason_of("10 0c 00 04 4d 51 54 53 04 02 00 3c 00 00"), "CONNECT with an unknown protocol name");
}

TEST(ServerDecoder, RefusesConnectFlagsThatContradictEachOther) {
  // §3.1.2: protocol name, level 4, then the flags under test, keep-alive 60, client id "".
  const auto with_flags = [](std::string_view flags) { return "10 0c 00 04 4d 51 54 54 04 " + std::string(flags) + " 00 3c 00 00"; };
  EXPECT_EQ(reason_of(with_flags("03")), "CONNECT with its reserved flag set");
  EXPECT_EQ(reason_of(with_flags("1e")), "will with QoS 3");
  EXPECT_EQ(reason_of(with_flags("0a")), "will QoS or will retain without a will");
  EXPECT_EQ(reason_of(with_flags("22")), "will QoS or will retain without a will");
  EXPECT_EQ(reason_of(with_flags("42")), "password without a user name");
  EXPECT_EQ(reason_of(with_flags("82")), "packet is shorter than its fields");
  EXPECT_EQ(reason_of("10 0d 00 04 4d 51 54 54 04 02 00 3c 00 00 00"), "CONNECT with bytes behind its payload");
}

TEST(ServerDecoder, RefusesReservedHeaderBitsAndPacketsOnlyAServerSends) {
  for (const std::string_view hex : {"11 00", "42 02 00 01", "c1 00", "e8 00"})
    EXPECT_EQ(reason_of(hex), "reserved header bits are not 0000") << hex;
  for (const std::string_view hex : {"60 02 00 01", "80 05", "8a 05", "a0 05"})
    EXPECT_EQ(reason_of(hex), "reserved header bits are not 0010") << hex;
  for (const std::string_view hex :
       {"00 00", "20 02 00 00", "50 02 00 01", "70 02 00 01", "90 03 00 01 00", "b0 02 00 01", "d0 00", "f0 00"})
    EXPECT_EQ(reason_of(hex), "packet type that a client must not send") << hex;
  EXPECT_EQ(reason_of("36 00"), "PUBLISH with QoS 3");
  EXPECT_EQ(reason_of("38 03 00 01 61"), "PUBLISH with QoS 0 and DUP");
}

TEST(ServerDecoder, RefusesLengthsThatDoNotFit) {
  EXPECT_EQ(reason_of("30 80 80 80 80"), "remaining length of five bytes");
  EXPECT_EQ(reason_of("30 80 80 80 80 01"), "remaining length of five bytes");
  EXPECT_EQ(reason_of("40 03 00 01 00"), "acknowledgement that is not two bytes long");
  EXPECT_EQ(reason_of("40 00"), "acknowledgement that is not two bytes long");
  EXPECT_EQ(reason_of("c0 01 00"), "PINGREQ with a body");
  EXPECT_EQ(reason_of("e0 01 00"), "DISCONNECT with a body");
  EXPECT_EQ(reason_of("30 02 00 05"), "packet is shorter than its fields");
  EXPECT_EQ(reason_of("32 03 00 01 61"), "packet is shorter than its fields");
  EXPECT_EQ(decode_text(bytes("30 0a"), {.packet_bytes_max = 11}).reason, "packet is larger than the limit");
  EXPECT_EQ(decode_text(bytes("30 0a"), {.packet_bytes_max = 12}).status, DecodeStatus::incomplete);
}

TEST(ServerDecoder, RefusesPacketIdZeroEmptyFiltersAndWildcardTopics) {
  EXPECT_EQ(reason_of("32 05 00 01 61 00 00"), "packet id 0");
  EXPECT_EQ(reason_of("40 02 00 00"), "packet id 0");
  EXPECT_EQ(reason_of("82 06 00 00 00 01 61 00"), "packet id 0");
  EXPECT_EQ(reason_of("82 02 00 01"), "no topic filter");
  EXPECT_EQ(reason_of("a2 02 00 01"), "no topic filter");
  EXPECT_EQ(reason_of("82 05 00 01 00 00 00"), "empty topic filter");
  EXPECT_EQ(reason_of("82 06 00 01 00 01 61 03"), "SUBSCRIBE with reserved bits or QoS 3");
  EXPECT_EQ(reason_of("82 06 00 01 00 01 61 80"), "SUBSCRIBE with reserved bits or QoS 3");
  EXPECT_EQ(reason_of("82 05 00 01 00 01 61"), "packet is shorter than its fields");
  EXPECT_EQ(reason_of("30 02 00 00"), "PUBLISH without a topic");
  EXPECT_EQ(reason_of("30 03 00 01 2b"), "PUBLISH to a topic with wildcards");
  EXPECT_EQ(reason_of("30 03 00 01 23"), "PUBLISH to a topic with wildcards");
}

TEST(ServerDecoder, ReadsTheFiltersOfSubscribeInOrder) {
  const std::string raw = broker_test::subscribe(10, {{"a/b", 1}, {"c/#", 2}});
  const Decoded decoded = decode_text(raw);
  ASSERT_EQ(decoded.status, DecodeStatus::packet);
  auto subscribe = std::get<Subscribe>(decoded.packet);
  EXPECT_EQ(subscribe.packet_id, 10);
  ASSERT_EQ(subscribe.filters.count(), 2U);
  const Filter first = subscribe.filters.next();
  const Filter second = subscribe.filters.next();
  EXPECT_EQ(first.text, "a/b");
  EXPECT_EQ(first.qos, 1);
  EXPECT_EQ(second.text, "c/#");
  EXPECT_EQ(second.qos, 2);
  EXPECT_TRUE(subscribe.filters.empty());
}

TEST(ServerDecoder, SaysHowMuchIsMissingOnceTheHeaderIsWhole) {
  const std::string raw = broker_test::publish({.topic = "/t", .payload = std::string(300, 'x'), .qos = 1, .packet_id = 5});
  for (std::size_t cut = 0; cut < raw.size(); ++cut) {
    const Decoded decoded = decode_text(raw.substr(0, cut));
    ASSERT_EQ(decoded.status, DecodeStatus::incomplete) << cut;
    EXPECT_EQ(decoded.size, cut < 3 ? 0 : raw.size()) << cut;
  }
  EXPECT_EQ(decode_text(raw + "rest").size, raw.size());
}

TEST(MqttText, FollowsTheStandardsTextRules) {
  // §1.5.3: UTF-8, no U+0000, no surrogates; U+FEFF is ordinary.
  for (const std::string_view good :
       {"61", "c3a9", "e4b8ad", "f09f9880", "efbbbf", "ed9fbf", "ee8080", "f48fbfbf", "6162636465666768c3a9", "01"})
    EXPECT_TRUE(is_mqtt_text(bytes(good))) << good;
  for (const std::string_view bad : {"00", "6100", "6162636465666700", "c080", "c1bf", "e08080", "eda080", "edbfbf", "f08080af", "f4908080",
                                     "f5808080", "ff", "80", "c3", "e4b8", "f09f98", "6162636465666768ff"})
    EXPECT_FALSE(is_mqtt_text(bytes(bad))) << bad;
}

TEST(ServerEncoder, WritesTheBytesOfTheStandard) {
  const auto raw = [](const auto& packet) { return std::string(packet.begin(), packet.end()); };
  EXPECT_EQ(raw(encode_connack(5, SessionPresent::no)), bytes("20 02 00 05"));
  EXPECT_EQ(raw(encode_connack(0, SessionPresent::yes)), bytes("20 02 01 00"));
  EXPECT_EQ(raw(encode_puback(0x1234)), bytes("40 02 12 34"));
  EXPECT_EQ(raw(encode_unsuback(1)), bytes("b0 02 00 01"));
  EXPECT_EQ(raw(encode_pingresp()), bytes("d0 00"));
  std::vector<std::uint8_t> out;
  encode_suback(10, bytes_of("\x01\x80"), out);
  EXPECT_EQ(raw(out), bytes("90 04 00 0a 01 80"));
  encode_publish({.topic = "a/b", .payload = bytes_of("hi"), .packet_id = 10, .qos = 1, .retain = false, .duplicate = true}, out);
  EXPECT_EQ(raw(out), bytes("3a 09 00 03 61 2f 62 00 0a 68 69"));
  encode_publish({.topic = "a", .payload = {}, .packet_id = 9, .qos = 0, .retain = true, .duplicate = false}, out);
  EXPECT_EQ(raw(out), bytes("31 03 00 01 61"));
}

TEST(ServerEncoder, WritesRemainingLengthsOfOneToThreeBytes) {
  // §2.2.3 table 2.4: 127 | 128 | 16,383 | 16,384
  const auto header_of = [](std::size_t remaining) {
    std::vector<std::uint8_t> out;
    const std::string payload(remaining - 3, 'x');
    encode_publish({.topic = "a", .payload = bytes_of(payload), .packet_id = 0, .qos = 0, .retain = false, .duplicate = false}, out);
    return broker_test::hex(std::string(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(out.size() - remaining)));
  };
  EXPECT_EQ(header_of(127), "307f");
  EXPECT_EQ(header_of(128), "308001");
  EXPECT_EQ(header_of(16383), "30ff7f");
  EXPECT_EQ(header_of(16384), "30808001");
}

TEST(TopicFilters, MatchAsTheStandardsExamples) {
  // §4.7.1.2, §4.7.1.3
  EXPECT_TRUE(matches("sport/tennis/player1/#", "sport/tennis/player1"));
  EXPECT_TRUE(matches("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon"));
  EXPECT_TRUE(matches("sport/#", "sport"));
  EXPECT_FALSE(matches("sport/#", "sports"));
  EXPECT_TRUE(matches("#", "anything/at/all"));
  EXPECT_TRUE(matches("sport/tennis/+", "sport/tennis/player2"));
  EXPECT_FALSE(matches("sport/tennis/+", "sport/tennis/player1/ranking"));
  EXPECT_FALSE(matches("sport/+", "sport"));
  EXPECT_TRUE(matches("sport/+", "sport/"));
  EXPECT_TRUE(matches("+/+", "/finance"));
  EXPECT_TRUE(matches("/+", "/finance"));
  EXPECT_FALSE(matches("+", "/finance"));
  EXPECT_FALSE(matches("#", "$SYS/x"));
  EXPECT_TRUE(matches("$SYS/#", "$SYS/x"));
  EXPECT_FALSE(matches("a/b", "a"));
  EXPECT_FALSE(matches("a", "a/b"));
  for (const std::string_view good : {"#", "+", "a/+/b", "/", "+/", "/#", "a//b"}) EXPECT_TRUE(is_well_formed_filter(good)) << good;
  for (const std::string_view bad : {"", "a#", "a/#/b", "a+", "+a", "a/b+/c", "##", "#/"}) EXPECT_FALSE(is_well_formed_filter(bad)) << bad;
}

}  // namespace
}  // namespace fleetsim::platform::mqtt
