// What an exam takes for evidence: links and messages as the platform's end of the wire tells them.
#include "sim/conformance/seen.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fleetsim::sim {
namespace {

using device::Leg;

Instant at(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

struct ToldWire {
  Seen seen{};
  Leg leg = Leg::mqtt;
  std::uint32_t connection = 1;
  WireEnd teller = WireEnd::platform;

  void tell(std::int64_t ms, WireKind kind, Direction direction = Direction::up, std::string_view bytes = {}) {
    WireEvent event;
    event.at = at(ms);
    event.leg = leg;
    event.connection = connection;
    event.endpoint = leg == Leg::mqtt ? std::uint16_t{1} : wire_bootstrap;
    event.teller = teller;
    event.kind = kind;
    event.direction = direction;
    event.bytes = bytes_of(bytes);
    seen.take(event);
  }
};

const std::string connack_accepted{"\x20\x02\x00\x00", 4};

TEST(Seen, IsOnlineFromTheAcceptedConnectUntilTheLinkEnds) {
  ToldWire wire;
  wire.tell(1, WireKind::opening);
  wire.tell(2, WireKind::opened);
  EXPECT_EQ(wire.seen.online(), nullptr) << "no CONNACK yet";
  wire.tell(3, WireKind::bytes, Direction::down, connack_accepted);
  ASSERT_NE(wire.seen.online(), nullptr);
  EXPECT_EQ(wire.seen.online()->accepted_at(), at(3));
  EXPECT_EQ(wire.seen.online()->endpoint, 1);
  wire.tell(4, WireKind::finished, Direction::up);
  EXPECT_EQ(wire.seen.online(), nullptr);
  EXPECT_EQ(wire.seen.links().front().end, SeenEnd::closed_by_device);
  EXPECT_EQ(wire.seen.links().front().ended_at, at(4));
}

TEST(Seen, ARefusedConnectIsNotOnline) {
  ToldWire wire;
  wire.tell(1, WireKind::opening);
  wire.tell(3, WireKind::bytes, Direction::down, std::string{"\x20\x02\x00\x05", 4});
  EXPECT_EQ(wire.seen.online(), nullptr);
}

TEST(Seen, PutsAMessageTogetherThatComesInPieces) {
  ToldWire wire;
  wire.tell(1, WireKind::opening);
  const std::string publish{"\x32\x09\x00\x03t/1\x00\x07hi", 11};
  for (std::size_t i = 0; i < publish.size(); ++i)
    wire.tell(10 + static_cast<std::int64_t>(i), WireKind::bytes, Direction::up, std::string_view(publish).substr(i, 1));
  ASSERT_EQ(wire.seen.links().front().messages.size(), 1U);
  const SeenMessage& message = wire.seen.links().front().messages.front();
  EXPECT_TRUE(message.is("PUBLISH"));
  EXPECT_EQ(message.topic(), "t/1");
  EXPECT_EQ(message.number("packet_id"), 7);
  EXPECT_EQ(message.payload(), "hi");
  EXPECT_EQ(message.at, at(20)) << "when its last byte came";
}

TEST(Seen, ReadsHeadersInAnyCaseAndTheBodyOfARequest) {
  ToldWire wire{.leg = Leg::bootstrap};
  wire.tell(1, WireKind::opening);
  wire.tell(2, WireKind::bytes, Direction::up, "POST /auth/bootstrap HTTP/1.1\r\nCONTENT-length: 4\r\nHost:  a.example\r\n\r\na=b&");
  ASSERT_EQ(wire.seen.links().front().messages.size(), 1U);
  const SeenMessage& request = wire.seen.links().front().messages.front();
  EXPECT_EQ(request.message.name, "POST /auth/bootstrap");
  EXPECT_EQ(request.header("content-length"), "4");
  EXPECT_EQ(request.header("host"), "a.example");
  EXPECT_EQ(request.header("accept"), "");
  EXPECT_EQ(request.body(), "a=b&");
}

TEST(Seen, TellsWhoEndedALinkByTheFirstWord) {
  ToldWire wire;
  wire.tell(1, WireKind::opening);
  wire.tell(5, WireKind::reset, Direction::down);
  wire.tell(6, WireKind::finished, Direction::up);
  EXPECT_EQ(wire.seen.links().front().end, SeenEnd::reset_by_platform);
  EXPECT_EQ(wire.seen.links().front().ended_at, at(5));
}

TEST(Seen, AnAttemptThatNeverArrivesIsTheDevicesEndToTell) {
  ToldWire wire{.teller = WireEnd::device};
  wire.tell(7, WireKind::opening);
  wire.tell(9, WireKind::failed);
  ASSERT_EQ(wire.seen.of(Leg::mqtt).size(), 1U);
  EXPECT_EQ(wire.seen.links().front().opening_at, at(7));
  EXPECT_EQ(wire.seen.links().front().end, SeenEnd::never_opened);
}

TEST(Seen, WhatTheDeviceSaysOfItsBytesIsNoEvidence) {
  ToldWire wire;
  wire.tell(1, WireKind::opening);
  wire.teller = WireEnd::device;
  wire.tell(2, WireKind::bytes, Direction::up, std::string{"\xc0\x00", 2});
  EXPECT_TRUE(wire.seen.links().front().messages.empty());
}

TEST(Seen, FindsATextInWhatTheDeviceSentAcrossPiecesAndNotInWhatItHeard) {
  ToldWire wire;
  wire.tell(1, WireKind::opening);
  wire.tell(2, WireKind::bytes, Direction::up, std::string{"\x32\x09\x00\x03t/1\x00\x07s", 10});
  wire.tell(3, WireKind::bytes, Direction::up, "e");
  wire.tell(3, WireKind::bytes, Direction::down, "hidden");
  EXPECT_TRUE(wire.seen.device_sent("se"));
  EXPECT_FALSE(wire.seen.device_sent("hidden"));
}

// What goes over a link on which TLS is carried out: heads of records are enough, nobody reads what is protected.
struct SecuredWire : ToldWire {
  void say(std::int64_t ms, Direction direction, std::string_view ciphertext) {
    WireEvent event;
    event.at = at(ms);
    event.leg = leg;
    event.connection = connection;
    event.endpoint = 1;
    event.teller = WireEnd::platform;
    event.kind = WireKind::bytes;
    event.direction = direction;
    event.bytes = bytes_of(ciphertext);
    seen.take_ciphertext(event);
  }
  const SeenTls& tls() const { return *seen.links().front().tls; }
};

const std::string change_cipher{"\x14\x03\x03\x00\x01\x01", 6};
const std::string finished{"\x16\x03\x03\x00\x02??", 7};
const std::string protected_alert{"\x15\x03\x03\x00\x02??", 7};
const std::string application_data{"\x17\x03\x03\x00\x02??", 7};

TEST(SeenTls, IsDoneOnceBothSidesHaveFinished) {
  SecuredWire wire;
  wire.tell(1, WireKind::opening);
  EXPECT_FALSE(wire.seen.links().front().tls) << "nothing was said yet";
  wire.say(2, Direction::up, change_cipher + finished);
  EXPECT_FALSE(wire.tls().is_done());
  wire.say(3, Direction::down, change_cipher);
  wire.say(4, Direction::down, finished);
  EXPECT_EQ(wire.tls().done_at, at(4));
  wire.say(5, Direction::up, application_data + protected_alert);
  EXPECT_EQ(wire.tls().up.application_records(), 1U);
  EXPECT_TRUE(wire.tls().up.ends_with_protected_alert());
  EXPECT_EQ(wire.tls().refusal(), nullptr);
}

/// A server's hello of that version and one extension, which has two bytes.
std::string server_hello(char minor_version, std::string_view extensions = {}) {
  std::string body{'\x03', minor_version};
  body += std::string(32, '\x07') + std::string("\x00\xc0\x2b\x00", 4) + std::string(extensions);
  return std::string("\x16\x03\x03\x00", 4) + static_cast<char>(body.size() + 4) + std::string("\x02\x00\x00", 3) +
         static_cast<char>(body.size()) + body;
}
const std::string certificate{"\x16\x03\x03\x00\x07\x0b\x00\x00\x03\x00\x00\x00", 12};

TEST(SeenTls, IsResumedWhenTheServerGoesOnWithoutACertificate) {
  for (const bool is_shown : {false, true}) {
    SecuredWire wire;
    wire.tell(1, WireKind::opening);
    wire.say(2, Direction::down, server_hello('\x03') + (is_shown ? certificate : "") + change_cipher + finished);
    EXPECT_FALSE(wire.tls().is_resumed()) << "the device has not finished";
    wire.say(3, Direction::up, change_cipher + finished);
    EXPECT_EQ(wire.tls().is_resumed(), !is_shown);
  }
}

TEST(SeenTls, IsResumedByTls13WhenTheServerTakesAKeyOfBefore) {
  const std::string version("\x00\x2b\x00\x02\x03\x04", 6);
  const std::string key("\x00\x29\x00\x02\x00\x00", 6);
  for (const bool is_taken : {false, true}) {
    SecuredWire wire;
    wire.tell(1, WireKind::opening);
    const std::string extensions = version + (is_taken ? key : "");
    wire.say(2, Direction::down,
             server_hello('\x03', std::string{'\0', static_cast<char>(extensions.size())} + extensions) + change_cipher + finished);
    wire.say(3, Direction::up, change_cipher + finished);
    EXPECT_EQ(wire.tls().is_resumed(), is_taken);
  }
}

TEST(SeenTls, TellsTheAlertWithWhichTheDeviceBreaksOff) {
  SecuredWire wire;
  wire.tell(1, WireKind::opening);
  wire.say(2, Direction::up, std::string{"\x15\x03\x03\x00\x02\x02\x30", 7});
  ASSERT_NE(wire.tls().refusal(), nullptr);
  EXPECT_EQ(tls_outcome(wire.tls()), "refused with unknown_ca");
  wire.say(3, Direction::down, std::string{"\x15\x03\x03\x00\x02\x02\x28", 7});
  EXPECT_EQ(tls_outcome(wire.tls()), "refused with unknown_ca") << "the platform's alert is another matter";
}

TEST(SeenTls, TellsWhoSpeaksInTheClear) {
  SecuredWire wire;
  wire.tell(1, WireKind::opening);
  wire.say(2, Direction::up, std::string{"\x10\x0c\x00\x04MQTT", 8});
  EXPECT_FALSE(wire.tls().up.is_tls());
  EXPECT_TRUE(wire.tls().down.is_tls());
  EXPECT_EQ(tls_outcome(wire.tls()), "8 bytes in the clear");
}

}  // namespace
}  // namespace fleetsim::sim
