// MQTT as timelines show it: literal packets in both directions, what is malformed, what is cut off, and never a secret.
#include "sim/trace/mqtt_reader.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace fleetsim::sim {
namespace {

std::string two_bytes(std::size_t value) { return {static_cast<char>(value >> 8), static_cast<char>(value & 255U)}; }
std::string text(std::string_view value) { return two_bytes(value.size()) + std::string(value); }

/// Lengths below 16,384 only.
std::string packet(unsigned first, const std::string& body) {
  std::string out(1, static_cast<char>(first));
  if (body.size() > 127) out += static_cast<char>(0x80U | (body.size() & 0x7fU));
  out += static_cast<char>(body.size() > 127 ? body.size() >> 7 : body.size());
  return out + body;
}

std::string raw(std::initializer_list<unsigned> bytes) {
  std::string out;
  for (const unsigned byte : bytes) out += static_cast<char>(byte);
  return out;
}

std::string connect() {
  return packet(0x10, text("MQTT") + raw({4, 0xc2, 0x04, 0xb0}) +
                          text("dev1.pk|authType=register,random=8871,securemode=2,signmethod=hmacsha256|") + text("dev1&pk") +
                          text("0123456789abcdef0123456789abcdef"));
}

std::vector<DecodedMessage> up(const std::string& stream) { return read_mqtt(bytes_of(stream), Direction::up); }
std::vector<DecodedMessage> down(const std::string& stream) { return read_mqtt(bytes_of(stream), Direction::down); }

/// Name and summary, as the text timeline has them.
std::string line(const DecodedMessage& message) { return message.name + " " + message.summary; }

std::string hidden_bytes(const std::string& stream, const DecodedMessage& message) {
  std::string found;
  for (const ByteRange& secret : message.secrets) found += "<" + stream.substr(secret.begin, secret.size()) + ">";
  return found;
}

TEST(MqttReader, ShowsAConnectWithoutItsPasswordAndItsRandom) {
  const auto messages = up(connect());
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(
      line(messages[0]),
      "CONNECT client dev1.pk|authType=register,random=(4 bytes),securemode=2,signmethod=hmacsha256| user dev1&pk password (32 bytes) "
      "clean 1 keep-alive 1200s");
  EXPECT_EQ(hidden_bytes(connect(), messages[0]), "<8871><0123456789abcdef0123456789abcdef>");
}

TEST(MqttReader, ShowsTheWillOfAConnect) {
  const std::string stream = packet(0x10, text("MQTT") + raw({4, 0x2e, 0, 60}) + text("c") + text("w/t") + text("gone"));
  const auto messages = up(stream);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(line(messages[0]), "CONNECT client c clean 1 keep-alive 60s will");
  EXPECT_EQ(messages[0].reading, Reading::whole);
}

TEST(MqttReader, HidesAllOfAConnectOfAnotherVersion) {
  const std::string body = text("c") + text("user") + text("password");
  const std::string stream = packet(0x10, text("MQTT") + raw({5, 0xc2, 0, 60}) + body);
  const auto messages = up(stream);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(line(messages[0]), "CONNECT protocol MQTT level 5, which is not read");
  EXPECT_NE(hidden_bytes(stream, messages[0]).find(body), std::string::npos);
}

TEST(MqttReader, ShowsEachPacketOfASessionInItsWords) {
  const std::string said = connect() + packet(0x82, two_bytes(1) + text("/a/+") + raw({1}) + text("/b/#") + raw({0})) +
                           packet(0x3b, text("/t/x") + two_bytes(7) + "{\"a\":1}") + packet(0x40, two_bytes(9)) +
                           packet(0xa2, two_bytes(2) + text("/a/+")) + raw({0xc0, 0, 0xe0, 0});
  const std::array<std::string_view, 7> wanted = {"CONNECT",
                                                  "SUBSCRIBE id 1  /a/+ qos 1  /b/# qos 0",
                                                  "PUBLISH /t/x qos 1 id 7 dup retain  {\"a\":1}",
                                                  "PUBACK id 9",
                                                  "UNSUBSCRIBE id 2  /a/+",
                                                  "PINGREQ ",
                                                  "DISCONNECT "};
  const auto messages = up(said);
  ASSERT_EQ(messages.size(), wanted.size());
  for (std::size_t i = 1; i < wanted.size(); ++i) EXPECT_EQ(line(messages[i]), wanted[i]);
}

TEST(MqttReader, ShowsEachAnswerOfThePlatformInItsWords) {
  const std::string said = raw({0x20, 2, 1, 0}) + packet(0x90, two_bytes(1) + raw({1, 0x80, 2})) + raw({0x40, 2, 0, 7}) +
                           raw({0xb0, 2, 0, 2, 0xd0, 0}) + packet(0x30, text("/n") + "hello");
  const std::array<std::string_view, 6> wanted = {"CONNACK 0 accepted, session present",
                                                  "SUBACK id 1  qos 1 refused qos 2",
                                                  "PUBACK id 7",
                                                  "UNSUBACK id 2",
                                                  "PINGRESP ",
                                                  "PUBLISH /n qos 0  hello"};
  const auto messages = down(said);
  ASSERT_EQ(messages.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(line(messages[i]), wanted[i]);
}

TEST(MqttReader, SaysWhatEveryConnackCodeMeans) {
  const std::array<std::string_view, 5> words = {"1 unacceptable protocol version", "2 identifier rejected", "3 server unavailable",
                                                 "4 bad user name or password", "5 not authorised"};
  for (unsigned code = 1; code <= words.size(); ++code) EXPECT_EQ(down(raw({0x20, 2, 0, code}))[0].summary, words[code - 1]) << code;
}

TEST(MqttReader, HidesSecretsInWhatThePlatformPublishes) {
  const std::string stream = packet(0x30, text("/ext/register") + R"({"productKey":"pk","deviceSecret":"shh-shh"})") +
                             packet(0x30, text("/ext/regnwl") + R"({"clientId":"c","deviceToken":"tok"})");
  const auto messages = down(stream);
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].summary, R"~(/ext/register qos 0  {"productKey":"pk","deviceSecret":"(7 bytes)"})~");
  EXPECT_EQ(messages[1].summary, R"~(/ext/regnwl qos 0  {"clientId":"c","deviceToken":"(3 bytes)"})~");
  EXPECT_EQ(hidden_bytes(stream, messages[0]) + hidden_bytes(stream, messages[1]), "<shh-shh><tok>");
}

TEST(MqttReader, ShowsAPayloadThatIsNoTextAsHex) {
  EXPECT_EQ(down(packet(0x30, text("/b") + raw({0xff, 0, 0x1b})))[0].summary, "/b qos 0  ff 00 1b");
}

TEST(MqttReader, SaysWhichRuleAPacketBreaksAndReadsOnBehindIt) {
  using Case = std::pair<std::string, std::string_view>;
  const std::array<Case, 12> cases{{
      {packet(0x82, two_bytes(1)), "no topic filter"},
      {packet(0x82, two_bytes(0) + text("/a") + raw({0})), "packet id 0"},
      {packet(0x82, two_bytes(1) + text("/a") + raw({3})), "QoS 3 or reserved bits beside a topic filter"},
      {packet(0x36, text("/a") + two_bytes(1)), "PUBLISH with QoS 3"},
      {packet(0x38, text("/a")), "PUBLISH with QoS 0 and DUP"},
      {packet(0x30, text("/a/+")), "a topic is empty or has wildcards in it"},
      {packet(0x30, two_bytes(9) + "short"), "the packet is shorter than its fields"},
      {packet(0x30, text("\xc3\x28")), "a text is no UTF-8, or has U+0000 in it"},
      {packet(0xc1, ""), "reserved flags of the first byte"},
      {packet(0xc0, "x"), "a body that this packet does not have"},
      {packet(0x20, raw({0, 0})), "only a server may send it"},
      {packet(0xf0, ""), "a packet type that is reserved"},
  }};
  for (const auto& [bad, rule] : cases) {
    const auto messages = up(bad + raw({0xc0, 0}));
    ASSERT_EQ(messages.size(), 2U) << rule;
    EXPECT_EQ(messages[0].reading, Reading::malformed) << rule;
    EXPECT_EQ(messages[0].problem, rule);
    EXPECT_TRUE(messages[0].summary.starts_with(rule)) << messages[0].summary;
    EXPECT_EQ(line(messages[1]), "PINGREQ ") << rule;
  }
}

TEST(MqttReader, ReadsNothingBehindALengthOfFiveBytes) {
  const auto messages = up(raw({0x30, 0xff, 0xff, 0xff, 0xff, 1}) + "password");
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].reading, Reading::unread);
  EXPECT_EQ(messages[0].summary.find("70 61"), std::string::npos) << "nothing is shown of what may be a secret: " << messages[0].summary;
}

/// Wherever a CONNECT is cut off, or broken, nothing behind its fixed part is shown.
TEST(MqttReader, ShowsNothingOfAConnectThatIsNotWholeOrNotRight) {
  const std::string whole = connect();
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const std::string cut = whole.substr(0, size);
    const auto messages = up(cut);
    ASSERT_EQ(messages.size(), 1U) << size;
    EXPECT_EQ(messages[0].reading, Reading::incomplete) << size;
    std::size_t hidden = 0;
    for (const ByteRange& secret : messages[0].secrets) hidden += secret.size();
    EXPECT_EQ(hidden, size > 12 ? size - 12 : 0) << size;
  }
  std::string broken = whole;
  broken[10] = static_cast<char>(0xc3);  // the reserved flag
  const auto messages = up(broken);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].problem, "the reserved flag of CONNECT is set");
  EXPECT_EQ(hidden_bytes(broken, messages[0]), "<" + broken.substr(12) + ">");
}

TEST(MqttReader, HidesSecretsInAPacketThatIsCutOff) {
  const std::string whole = packet(0x30, text("/ext/register") + R"({"deviceSecret":"shh-shh"})");
  const std::string cut = whole.substr(0, whole.size() - 4);
  const auto messages = down(cut);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].reading, Reading::incomplete);
  EXPECT_EQ(hidden_bytes(cut, messages[0]), "<shh-s>");
}

TEST(MqttReader, CoversTheWholeStreamWithItsMessages) {
  const std::string stream = connect() + packet(0x30, text("/a") + std::string(300, 'x')) + raw({0x82, 2, 0, 1, 0xc0});
  std::size_t at = 0;
  for (const DecodedMessage& message : up(stream)) {
    EXPECT_EQ(message.place.begin, at);
    at = message.place.end;
  }
  EXPECT_EQ(at, stream.size());
}

TEST(MqttReader, KnowsWhichFlagsOfAConnectGoTogether) {
  const std::array<std::pair<unsigned, std::string_view>, 4> cases{{
      {0x1e, "a will with QoS 3"},
      {0x22, "QoS or retain of a will that is not there"},
      {0x0a, "QoS or retain of a will that is not there"},
      {0x42, "a password without a user name"},
  }};
  for (const auto& [flags, problem] : cases) {
    const auto messages = up(packet(0x10, text("MQTT") + raw({4, flags, 0, 60}) + text("c") + text("t") + text("x")));
    ASSERT_EQ(messages.size(), 1U) << flags;
    EXPECT_EQ(messages[0].problem, problem) << flags;
  }
}

TEST(MqttReader, KnowsWhichAnswersThereAreNot) {
  const std::array<std::pair<std::string, std::string_view>, 6> cases{{
      {raw({0x20, 2, 2, 0}), "reserved flags of CONNACK are set"},
      {raw({0x20, 2, 0, 6}), "a return code that is reserved"},
      {raw({0x20, 2, 1, 1}), "a refusal that tells of a session"},
      {packet(0x90, two_bytes(1)), "no return code"},
      {packet(0x90, two_bytes(1) + raw({3})), "a return code that is reserved"},
      {packet(0x30, text(std::string_view{"a\0b", 3})), "a text is no UTF-8, or has U+0000 in it"},
  }};
  for (const auto& [stream, problem] : cases) EXPECT_EQ(down(stream)[0].problem, problem);
  EXPECT_EQ(up(packet(0x82, two_bytes(1) + text("") + raw({0})))[0].problem, "an empty topic filter");
}

TEST(MqttReader, ReadsAReleaseWithItsFlag) { EXPECT_EQ(line(up(packet(0x62, two_bytes(3)))[0]), "PUBREL id 3"); }

TEST(MqttReader, NamesTheSecretsOfAConnectInTheOrderInWhichTheyStand) {
  const std::string stream =
      packet(0x10, text("MQTT") + raw({4, 0xee, 0, 60}) + text("c|random=11|") + text("w") + text("token=22") + text("u") + text("33"));
  const auto messages = up(stream);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(hidden_bytes(stream, messages[0]), "<11><22><33>");
  const auto has = [&](std::string_view name, bool value) {
    return std::any_of(messages[0].fields.begin(), messages[0].fields.end(), [&](const MessageField& field) {
      return field.name == name && std::holds_alternative<bool>(field.value) && std::get<bool>(field.value) == value;
    });
  };
  EXPECT_TRUE(has("clean_session", true));
  EXPECT_TRUE(has("will_retain", true));
}

}  // namespace
}  // namespace fleetsim::sim
