// Whether a device had two sessions at a time, by the order in which its platform heard and said things: on a machine that is late, all of
// it happens at one moment.
#include "sim/conformance/duts/second_session.hpp"

#include <gtest/gtest.h>
#include <string>

namespace fleetsim::sim {
namespace {

const std::string connect_packet{
    "\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01"
    "a",
    15};
const std::string connack{"\x20\x02\x00\x00", 4};
const std::string refusal{"\x20\x02\x00\x05", 4};
const std::string good_bye{"\xe0\x00", 2};

/// What comes after the first session is at one moment, unless it is told that time passes.
struct OrderedWire {
  Seen seen{};
  Instant now{std::chrono::seconds{7}};

  void tell(std::uint32_t connection, WireKind kind, Direction direction, std::string_view bytes = {}, std::uint16_t endpoint = 0) {
    WireEvent event;
    event.at = now;
    event.leg = device::Leg::mqtt;
    event.connection = connection;
    event.endpoint = endpoint;
    event.teller = WireEnd::platform;
    event.kind = kind;
    event.direction = direction;
    event.bytes = bytes_of(bytes);
    seen.take(event);
  }
  void ask(std::uint32_t connection, std::uint16_t endpoint = 0) {
    tell(connection, WireKind::opening, Direction::up, {}, endpoint);
    tell(connection, WireKind::bytes, Direction::up, connect_packet, endpoint);
  }
  void answer(std::uint32_t connection, std::string_view bytes, std::uint16_t endpoint = 0) {
    tell(connection, WireKind::bytes, Direction::down, bytes, endpoint);
  }
  void come_online(std::uint32_t connection, std::uint16_t endpoint = 0) {
    ask(connection, endpoint);
    answer(connection, connack, endpoint);
    if (connection == 1) now += std::chrono::minutes{1};
  }
  const SeenLink* found() const { return second_session(seen); }
};

TEST(SecondSession, IsOneThatTakesOverAnotherWhetherTimePassesOrNot) {
  for (const Duration between : {Duration{0}, Duration{std::chrono::minutes{1}}}) {
    OrderedWire wire;
    wire.come_online(1);
    wire.ask(2);
    wire.now += between;
    wire.tell(1, WireKind::finished, Direction::down);
    EXPECT_EQ(wire.found(), nullptr) << "it was not accepted yet";
    wire.answer(2, connack);
    ASSERT_NE(wire.found(), nullptr);
    EXPECT_EQ(wire.found()->connection, 2U);
  }
}

TEST(SecondSession, IsOneWhoseForerunnerThePlatformResetForIt) {
  OrderedWire wire;
  wire.come_online(1);
  wire.ask(2);
  wire.tell(1, WireKind::reset, Direction::down);
  wire.answer(2, connack);
  EXPECT_NE(wire.found(), nullptr);
}

TEST(SecondSession, IsNoneAfterAGoodByeThatThePlatformAnsweredByEndingTheLinkAtThatMoment) {
  OrderedWire wire;
  wire.come_online(1);
  wire.tell(1, WireKind::bytes, Direction::up, good_bye);
  wire.tell(1, WireKind::finished, Direction::down);
  wire.come_online(2);
  EXPECT_EQ(wire.found(), nullptr);
}

TEST(SecondSession, IsNoneAfterAGoodByeAlthoughThePlatformIsSlowToEndTheLink) {
  OrderedWire wire;
  wire.come_online(1);
  wire.tell(1, WireKind::bytes, Direction::up, good_bye);
  wire.ask(2);
  wire.tell(1, WireKind::finished, Direction::down);
  wire.answer(2, connack);
  EXPECT_EQ(wire.found(), nullptr);
}

TEST(SecondSession, IsNoneAfterTheDeviceHasEndedItsLinkInWhicheverWay) {
  for (const WireKind how : {WireKind::finished, WireKind::reset}) {
    OrderedWire wire;
    wire.come_online(1);
    wire.tell(1, how, Direction::up);
    wire.come_online(2);
    wire.tell(1, WireKind::finished, Direction::down);
    EXPECT_EQ(wire.found(), nullptr);
  }
}

TEST(SecondSession, IsNoneWhereTheDeviceEndsTheFirstItselfAlthoughItHasAskedForTheNextAlready) {
  OrderedWire wire;
  wire.come_online(1);
  wire.ask(2);
  wire.tell(1, WireKind::finished, Direction::up);
  wire.answer(2, connack);
  EXPECT_EQ(wire.found(), nullptr);
}

TEST(SecondSession, IsNoneAfterThePlatformHasEndedTheFirstForAReasonOfItsOwnAtThatMoment) {
  OrderedWire wire;
  wire.come_online(1);
  wire.tell(1, WireKind::finished, Direction::down);
  wire.come_online(2);
  EXPECT_EQ(wire.found(), nullptr);
}

TEST(SecondSession, IsNoneBesideOneThatWasNeverAcceptedNorWhenItIsRefused) {
  OrderedWire wire;
  wire.ask(1);
  wire.ask(2);
  wire.tell(1, WireKind::finished, Direction::down);
  wire.answer(2, connack);
  EXPECT_EQ(wire.found(), nullptr);
  wire.ask(3);
  wire.tell(2, WireKind::finished, Direction::down);
  wire.answer(3, refusal);
  EXPECT_EQ(wire.found(), nullptr);
}

TEST(SecondSession, IsNoneAtAnotherPlace) {
  OrderedWire wire;
  wire.come_online(1, 0);
  wire.ask(2, 1);
  wire.tell(1, WireKind::finished, Direction::down, {}, 0);
  wire.answer(2, connack, 1);
  EXPECT_EQ(wire.found(), nullptr);
}

}  // namespace
}  // namespace fleetsim::sim
